/**
 * Which life of which page speaks. A page takes an epoch when it opens the call and a higher one each time
 * it throws its peer connection away, so that a pair of epochs names exactly one pair of peer connections
 * and everything said by an earlier life can be told apart, however late it arrives.
 */
export interface Epoch {
  /** Lamport counter: starts at the server's time in milliseconds, so that a reload is higher. */
  readonly n: number
  /** `tab.load`: random names of the browser tab and of the page load in it; decides between equal counters. */
  readonly page: string
}

export function pageName(tab: string, load: string): string {
  return `${tab}.${load}`
}

/** Of one browser tab, hence one after the other: a tab shows one page at a time. */
export function sameTab(a: Epoch, b: Epoch): boolean {
  return a.page.split('.')[0] === b.page.split('.')[0]
}

/** Negative, zero or positive, like `Array.sort` wants it. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  if (a.n !== b.n) return a.n - b.n
  if (a.page === b.page) return 0
  return a.page < b.page ? -1 : 1
}

export function sameEpoch(a: Epoch | null, b: Epoch | null): boolean {
  return a !== null && b !== null && compareEpochs(a, b) === 0
}

/** The next life of `mine`, higher than `than` too. */
export function nextEpoch(mine: Epoch, than: Epoch = mine): Epoch {
  return { n: Math.max(mine.n, than.n) + 1, page: mine.page }
}
