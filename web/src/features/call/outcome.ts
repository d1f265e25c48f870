/** Whether there is a talk to look back at: by the outcome, and before there is one by whether the other ever came. */
export const haveMet = (outcome: string | null | undefined, wasOtherPresent: boolean): boolean =>
  outcome ? outcome === 'held' || outcome === 'cut_short' : wasOtherPresent
