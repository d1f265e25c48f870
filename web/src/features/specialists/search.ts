// Which specialists are listed, in the address.
import { among } from '~/api/among'

export const states = ['submitted', 'draft', 'published', 'paused'] as const
export type State = (typeof states)[number]

export interface SpecialistsSearch {
  view?: 'invitations'
  state?: State
  name?: string
}

const NAME_MAX = 80

export const specialistsSearch = (raw: Record<string, unknown>): SpecialistsSearch => {
  const state = among(states, raw['state'])
  const name = typeof raw['name'] === 'string' ? raw['name'].slice(0, NAME_MAX) : ''
  return { ...(raw['view'] === 'invitations' && { view: 'invitations' as const }), ...(state && { state }), ...(name !== '' && { name }) }
}
