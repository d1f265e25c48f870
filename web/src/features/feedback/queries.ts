import { queryOptions } from '@tanstack/react-query'
import { api, data, idempotent, type components } from '~/api'
import type { SavedText } from '~/ui'

export type After = components['schemas']['AfterAppointment']

export const NOTE_MAX = 20_000

export const afterQuery = (id: string) =>
  queryOptions({ queryKey: ['after', id], queryFn: () => data(api.GET('/api/appointments/{id}/after', { params: { path: { id } } })) })

export const ownNoteQuery = (id: string) =>
  queryOptions({ queryKey: ['note', id], queryFn: () => readNote(id), gcTime: 0, staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false })

export async function readNote(id: string): Promise<SavedText> {
  const note = await data(api.GET('/api/appointments/{id}/note', { params: { path: { id } } }))
  return { text: note.text, version: note.version, updated_at: note.updated_at ?? null }
}

export const saveNote = (id: string) => (text: string, version: number, key: string) =>
  data(api.PUT('/api/appointments/{id}/note', { params: { path: { id } }, body: { text, version }, headers: idempotent(key) }))
