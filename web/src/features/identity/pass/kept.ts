// A pass on its way through the tab: it survives a reload, and the way to the keeping of it in another place.
import { hasTexts } from '../kept'

export interface Have {
  pass: string
  company: string
  /** The last day of access with it. */
  until: string
  /** Of the key that signed it; none for one that was brought. */
  fingerprint?: string
  gives?: Gives
  /** What to call whoever enters with it: said, and the way in is all that is left. */
  name?: string
}

/** How many passes there are by what was shown: one a period by an address, one by a code for one person, one for each use of a code for many. */
export type Gives = 'period' | 'once' | 'shared'
export const isHave = (value: unknown): value is Have => hasTexts(value, ['pass', 'company', 'until'])

export const HAVE = 'pass'

/** The word of somebody's company, good for one pass: it survives a reload, until the tab goes on. */
export interface Vouched {
  company: string
  name: string
  id: string
  token: string
}
export const isVouched = (value: unknown): value is Vouched => hasTexts(value, ['company', 'name', 'id', 'token'])

export const VOUCHED = 'vouched'
