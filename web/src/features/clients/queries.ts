import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data, idempotent, recorded, recordedOnce, type components } from '~/api'
import { proven } from '~/api/proven'
import type { SavedText } from '~/ui'

export type Client = components['schemas']['ClientSummary']
export type ClientCard = components['schemas']['ClientPage']
export type Visit = components['schemas']['ClientVisit']
export type Intake = components['schemas']['ClientIntake']

export const NOTE_MAX = 20_000

export const clientsQuery = infiniteQueryOptions({
  queryKey: ['clients'],
  queryFn: ({ pageParam }) => data(api.GET('/api/clients', { params: { query: { limit: 50, after: pageParam } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => (page.has_more ? page.clients.at(-1)?.id : undefined),
})

export const clientQuery = (id: string) =>
  queryOptions({ queryKey: ['client', id], queryFn: () => data(api.GET('/api/clients/{id}', { params: { path: { id } } })), ...recordedOnce })

/** Never kept: a note is asked for when it is opened, and forgotten when it is closed. */
export const noteQuery = (appointment: string) =>
  queryOptions({ queryKey: ['note', appointment], queryFn: () => readNote(appointment), ...recorded, gcTime: 0 })

export async function readNote(id: string): Promise<SavedText & { is_clinical: boolean }> {
  const note = await proven(() => data(api.GET('/api/appointments/{id}/note', { params: { path: { id } } })))
  return { ...note, updated_at: note.updated_at ?? null }
}

export const saveNote = (id: string) => (text: string, version: number, key: string) =>
  data(api.PUT('/api/appointments/{id}/note', { params: { path: { id } }, body: { text, version }, headers: idempotent(key) }))
