import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { api, data, type components, type Person } from '~/api'

export type StaffMember = components['schemas']['StaffMember']
export type Invitation = components['schemas']['SentInvitation']
export type UrgentHelp = components['schemas']['UrgentHelpView']

export const capabilities = ['support', 'safety', 'finance', 'catalogue', 'admin', 'auditor'] as const
export type Capability = (typeof capabilities)[number]
export const capabilitiesOf = (names: readonly string[]): Capability[] => capabilities.filter((one) => names.includes(one))

/** Changes the staff and the phones (docs/policy.md: ManageStaff, EditUrgentHelp). */
export const isAdmin = (person: Person): boolean => person.capabilities.includes('admin')
/** Reads who is of the staff (SeeStaff). */
export const maySeeStaff = (person: Person): boolean => isAdmin(person) || person.capabilities.includes('auditor')

export const phonesQuery = queryOptions({ queryKey: ['settings', 'phones'], queryFn: () => data(api.GET('/api/public/urgent-help')) })
export const staffQuery = queryOptions({ queryKey: ['settings', 'staff'], queryFn: () => data(api.GET('/api/staff')) })
export const invitationsQuery = queryOptions({ queryKey: ['settings', 'invitations'], queryFn: () => data(api.GET('/api/staff-invitations')) })

/** Every command about the staff answers with the whole list, every one about invitations with theirs. */
export function usePut() {
  const queryClient = useQueryClient()
  return {
    staff: (members: StaffMember[]) => {
      queryClient.setQueryData(staffQuery.queryKey, members)
      // One's own capabilities may be among them: the frame shows other screens then.
      void queryClient.invalidateQueries({ queryKey: ['me'] })
    },
    invitations: (all: Invitation[]) => { queryClient.setQueryData(invitationsQuery.queryKey, all) },
    /** Refused, because one was accepted or withdrawn meanwhile. */
    staleInvitations: () => { void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey }) },
    phones: (help: UrgentHelp) => {
      queryClient.setQueryData(phonesQuery.queryKey, help)
      // The page for everybody keeps the list under its own key.
      void queryClient.invalidateQueries({ queryKey: ['urgent-help'] })
    },
  }
}
