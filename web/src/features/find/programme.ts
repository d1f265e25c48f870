import type { Categories } from './queries'

export type Programme = 'in_force' | 'future' | 'over' | 'left' | 'lapsed' | 'none'

/** How the company's programme stands for the person: one that covers nothing that is offered is as good as none. */
export function programmeOf({ items, programme }: Categories): Programme {
  if (items.some((one) => one.benefit)) return 'in_force'
  return programme.state === 'future' || programme.state === 'over' || programme.state === 'left' || programme.state === 'lapsed' ? programme.state : 'none'
}
