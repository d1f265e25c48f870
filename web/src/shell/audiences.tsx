import { useQuery } from '@tanstack/react-query'
import { deskHome, maySee } from '~/api/desk'
import { accounts, homes, meQuery } from '~/api/me'
import { AudienceShell, type NavItem } from './AudienceShell'

export const employeeNav = [
  { to: '/today', icon: 'today', label: 'shell.nav.today' },
  { to: '/find', icon: 'find', label: 'shell.nav.find' },
  { to: '/sessions', icon: 'sessions', label: 'shell.nav.sessions' },
  { to: '/messages', icon: 'messages', label: 'shell.nav.messages', waits: 'messages' },
  { to: '/me', icon: 'me', label: 'shell.nav.me' },
] as const satisfies NavItem[]

export const specialistNav = [
  { to: '/work/day', icon: 'day', label: 'shell.nav.day' },
  { to: '/work/calendar', icon: 'calendar', label: 'shell.nav.calendar' },
  { to: '/work/clients', icon: 'clients', label: 'shell.nav.clients' },
  { to: '/work/messages', icon: 'messages', label: 'shell.nav.messages', waits: 'messages' },
  { to: '/work/profile', icon: 'profile', label: 'shell.nav.profile' },
] as const satisfies NavItem[]

export const hrNav = [
  { to: '/hr/company', icon: 'companies', label: 'shell.nav.company' },
  { to: '/hr/account', icon: 'me', label: 'shell.account' },
] as const satisfies NavItem[]

export const operatorNav = [
  { to: '/desk/live', icon: 'live', label: 'shell.nav.live' },
  { to: '/desk/specialists', icon: 'profile', label: 'shell.nav.specialists' },
  { to: '/desk/companies', icon: 'companies', label: 'shell.nav.companies' },
  { to: '/desk/bookings', icon: 'sessions', label: 'shell.nav.bookings' },
  { to: '/desk/categories', icon: 'categories', label: 'shell.nav.categories' },
  { to: '/desk/safety', icon: 'safety', label: 'shell.nav.safety' },
  { to: '/desk/audit', icon: 'audit', label: 'shell.nav.audit' },
  { to: '/desk/approvals', icon: 'check', label: 'shell.nav.approvals', waits: 'approvals' },
  { to: '/desk/settings', icon: 'settings', label: 'shell.nav.settings' },
] as const satisfies NavItem[]

export const EmployeeShell = () => <AudienceShell home={homes.employee} items={employeeNav} />
export const SpecialistShell = () => <AudienceShell home={homes.specialist} items={specialistNav} account={accounts.specialist} />

export const HrShell = () => <AudienceShell home={homes.hr} items={hrNav} wide />

/** Each member of staff sees the screens of their own capabilities. */
export function OperatorShell() {
  const person = useQuery(meQuery).data?.person
  if (!person) return null
  return <AudienceShell home={deskHome(person)} items={operatorNav.filter(({ to }) => maySee(person, to))} account={accounts.operator} wide />
}
