/** Whether there is a talk to look back at: by the outcome, and before there is one by whether the other ever came. */
export const haveMet = (outcome: string | null | undefined, wasOtherPresent: boolean): boolean =>
  outcome ? outcome === 'held' || outcome === 'cut_short' : wasOtherPresent

/** For how many minutes both must be together, or it counts as cut short (the rule: domain/sessions/outcome.rs). */
export const enoughMin = ({ starts_at, ends_at }: { starts_at: string; ends_at: string }): number =>
  Math.ceil(Math.min(10, (Date.parse(ends_at) - Date.parse(starts_at)) / 60_000 / 3))
