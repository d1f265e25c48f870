// Says to the server that this person is in the room: the join log decides what became of the consultation.
import { api } from '~/api'
import type { OpenRequest } from './engine'

export type Sign = 'joined' | 'seen' | 'connected' | 'left'

/** A lost sign is made good by the next; nobody is told. */
export function say(appointmentId: string, sign: Sign): void {
  void api
    .POST('/api/calls/{appointment_id}/presence', { params: { path: { appointment_id: appointmentId } }, body: { sign }, keepalive: sign === 'left' })
    .catch(() => undefined)
}

/** How often a page says that it is still there. The server takes a minute of silence for absence. */
export const SEEN_MS = 30_000

/** With what one was in the room. */
export interface Stay extends OpenRequest {
  audioOnly: boolean
}

/** Whether this tab was in the room before a reload, and with what. */
export const stay = {
  read(appointmentId: string): Stay | null {
    try {
      const raw = sessionStorage.getItem(`call:${appointmentId}`)
      return raw === null ? null : (JSON.parse(raw) as Stay)
    } catch {
      return null
    }
  },
  write(appointmentId: string, state: Stay | null): void {
    try {
      if (state === null) sessionStorage.removeItem(`call:${appointmentId}`)
      else sessionStorage.setItem(`call:${appointmentId}`, JSON.stringify(state))
    } catch {
      // A browser without storage joins anew by hand.
    }
  },
}
