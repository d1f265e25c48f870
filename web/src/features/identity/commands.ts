// Steps of signing in. Nobody is signed in yet, so they carry no Idempotency-Key: the server throttles them instead.
import { api, data, signedInHint } from '~/api'
import { aboutCompanyCode, aboutMailedCode } from './problems'

/** The zone of this device's clock. */
export const deviceZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Whoever is signed in and fetches a pass does not show, beside the proof, who they are. */
const apart = (): { credentials?: 'omit' } => (signedInHint.read() ? { credentials: 'omit' } : {})

/** Sends a code, if the address has an account or a right to one. The answer never tells which. */
export const askForCode = (email: string, isOtherWay: boolean) => data(api.POST('/api/auth/code', { body: { email, is_other_way: isOtherWay }, ...apart() }))

/** The code that came, and which account is meant where the address has several. */
export const answerCode = (challengeId: string, code: string, kind?: string) =>
  aboutMailedCode(data(api.POST('/api/auth/code/answer', { body: { challenge_id: challengeId, code, ...(kind !== undefined && { kind }) }, ...apart() })))

/** Makes an employee's account after a company address was proven. */
export const register = (ticket: { id: string; token: string }, name: string) =>
  data(api.POST('/api/auth/register', { body: { ticket_id: ticket.id, ticket: ticket.token, display_name: name, time_zone: deviceZone() } }))

/** Whose access code it is. Takes no use of it. */
export const lookAtCompanyCode = (code: string) => aboutCompanyCode(data(api.POST('/api/auth/company-code', { body: { code }, ...apart() })))

/** Makes an employee's account by an access code. */
export const enterWithCompanyCode = (code: string, name: string) =>
  aboutCompanyCode(data(api.POST('/api/auth/company-code/enter', { body: { code, display_name: name, time_zone: deviceZone() } })))

export const signInAsDemoPerson = (personId: string) => data(api.POST('/api/demo/sign-in', { body: { person_id: personId } }))

/** Makes the account of an invitation, in the language on the screen. */
export const acceptInvitation = (body: { token: string; display_name: string; time_zone: string }) => data(api.POST('/api/invitations/accept', { body }))
