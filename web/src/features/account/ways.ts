// What may be given up, as the server has it (crates/domain/src/identity/ways_in.rs). It decides again; this spares a person a button that is refused.
import type { Factors } from './queries'

type Loss = 'passkey' | 'totp'

/** Why it may not be given up; undefined when it may. A mailbox opens the door, and so does a passkey; a code from an app alone does not. */
export function refusalOf(factors: Factors, loss: Loss, isStaff: boolean): 'lastWayIn' | 'lastFactor' | undefined {
  const passkeys = factors.passkeys.length - (loss === 'passkey' ? 1 : 0)
  const hasTotp = factors.has_totp && loss !== 'totp'
  if (!factors.has_email && passkeys === 0) return 'lastWayIn'
  if (isStaff && passkeys === 0 && !hasTotp) return 'lastFactor'
  return undefined
}

/** Whether a recovery code would ever be asked for: it stands in for a second step, which only staff and whoever connected an app must show. */
export const isAskedForCodes = (factors: Factors, isStaff: boolean): boolean => factors.has_totp || (isStaff && factors.passkeys.length > 0)
