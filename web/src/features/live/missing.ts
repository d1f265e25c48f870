import type { Person } from '~/api'

/** Where each is put right, and who may: docs/policy.md. Mail is set up on the server. */
export const remedies = {
  mail: undefined,
  category: { to: '/desk/categories', by: 'catalogue' },
  specialist: { to: '/desk/specialists', by: 'catalogue' },
  contract: { to: '/desk/companies', by: 'admin' },
  safety: { to: '/desk/settings/staff', by: 'admin' },
  urgent: { to: '/desk/settings', by: 'admin' },
} as const

export type Missing = keyof typeof remedies

export const isKnown = (name: string): name is Missing => name in remedies

type Remedy = NonNullable<(typeof remedies)[Missing]>

/** The way there for whoever may go it, else who may; neither where it is nothing of these pages. */
export function remedyFor(name: Missing, { capabilities }: Pick<Person, 'capabilities'>): { to?: Remedy['to']; askTo?: Remedy['by'] } {
  const remedy = remedies[name]
  if (remedy === undefined) return {}
  return capabilities.includes('admin') || capabilities.includes(remedy.by) ? { to: remedy.to } : { askTo: remedy.by }
}
