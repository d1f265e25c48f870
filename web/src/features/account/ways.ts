import type { Factors } from './queries'

/** Whether a recovery code would ever be asked for: it stands in for a second step, which only those who must, and whoever connected an app, have to show. */
export const isAskedForCodes = (factors: Factors, isStrict: boolean): boolean =>
  factors.totp_added_at != null || factors.recovery_codes_left > 0 || (isStrict && factors.passkeys.length > 0)
