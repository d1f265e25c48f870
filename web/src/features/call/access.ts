// Asks our API for the way into the room, in the words of the engine.
import { api, asProblem, data } from '~/api'
import { AccessRefused, type AccessRefusal, type CallAccess } from './engine'

const refusals: Readonly<Record<string, AccessRefusal>> = {
  too_early_to_join: 'not_yet',
  consultation_over: 'over',
  consultation_canceled: 'cancelled',
  not_found: 'forbidden',
  not_allowed: 'forbidden',
  sign_in_required: 'signed_out',
}

/** Throws AccessRefused where trying again is useless, and whatever else went wrong as it is. */
export async function fetchAccess(appointmentId: string): Promise<CallAccess & { isPolite: boolean }> {
  try {
    const answer = await data(api.POST('/api/calls/{appointment_id}/access', { params: { path: { appointment_id: appointmentId } } }))
    const at = (text: string) => Date.parse(text)
    return {
      iceServers: answer.ice_servers,
      expiresAt: at(answer.expires_at),
      serverNow: at(answer.now),
      times: { startsAt: at(answer.starts_at), endsAt: at(answer.ends_at), closesAt: at(answer.closes_at) },
      isPolite: answer.is_polite,
    }
  } catch (error) {
    const refusal = refusals[asProblem(error).code]
    throw refusal === undefined ? error : new AccessRefused(refusal)
  }
}
