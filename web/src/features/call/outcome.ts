/** Whether there is a talk to look back at: by the outcome, and where that does not tell, by whether the other ever came. */
export const haveMet = (outcome: string | null | undefined, wasOtherPresent: boolean): boolean =>
  outcome === 'held' || (wasOtherPresent && (!outcome || outcome === 'cut_short'))
