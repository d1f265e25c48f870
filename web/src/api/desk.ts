// Which of the operator's screens are for whom, as the server's policy has it (crates/domain/src/access.rs). The server decides on every request;
// this spares a person links that lead to a refusal.
import type { Person } from './me'

/** In the order of the frame. Without `needs`: for all the staff. */
export const deskScreens: readonly { to: string; needs?: readonly string[] }[] = [
  { to: '/desk/live', needs: ['support', 'admin'] },
  { to: '/desk/specialists', needs: ['support', 'safety', 'catalogue', 'admin'] },
  { to: '/desk/companies', needs: ['support', 'finance', 'admin', 'auditor'] },
  { to: '/desk/bookings', needs: ['support', 'admin'] },
  { to: '/desk/categories', needs: ['support', 'safety', 'finance', 'catalogue', 'admin', 'auditor'] },
  { to: '/desk/safety', needs: ['safety'] },
  { to: '/desk/audit', needs: ['admin', 'auditor'] },
  { to: '/desk/approvals', needs: ['safety', 'admin', 'auditor'] },
  { to: '/desk/settings/staff', needs: ['admin', 'auditor'] },
]

/** Whether the screen at `path` is there for this person. */
export function maySee(person: Pick<Person, 'capabilities'>, path: string): boolean {
  const screen = deskScreens.find(({ to }) => path === to || path.startsWith(`${to}/`))
  return screen?.needs?.some((capability) => person.capabilities.includes(capability)) ?? true
}

/** Where a member of staff begins: at the reports, who is there for those alone; else at the first screen that is there for them. */
export const deskHome = (person: Pick<Person, 'capabilities'>): string =>
  person.capabilities.length === 1 && person.capabilities[0] === 'safety'
    ? '/desk/safety'
    : deskScreens.find(({ to }) => maySee(person, to))?.to ?? '/desk/settings'
