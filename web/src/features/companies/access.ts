// What each part of the team may do here: docs/policy.md. The server decides; this spares people buttons that would be refused.
import { meQuery, usePerson, type Loader, type Person } from '~/api'

const holds = (person: Person | null | undefined, ...wanted: string[]): boolean =>
  wanted.some((capability) => person?.capabilities.includes(capability))

const rightsOf = (person: Person | null | undefined) => ({
  canRead: holds(person, 'admin', 'support', 'finance', 'auditor'),
  canManage: holds(person, 'admin'),
  canMakeCodes: holds(person, 'admin', 'support'),
})

export const useRights = () => rightsOf(usePerson())

/** A loader for those who may read; the others are told in words by the page. */
export const whoMayRead = (load: Loader): Loader => async (context) => {
  const me = await context.queryClient.query(meQuery)
  if (rightsOf(me.person).canRead) await load(context)
}
