// Who is meant by what was typed. Names stay on this page: the address and the question to the server carry ids.
import type { StaffMember } from './queries'

const ID = /^(?:[0-9a-f]{12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** An id, or the last 12 digits of one; several with commas between them. */
export const isId = (text: string): boolean => text.split(',').every((one) => ID.test(one.trim()))

/** The short ids of the staff whose name has `text` in it; empty if nobody is called so. */
export const calledSo = (text: string, staff: readonly StaffMember[]): string[] => {
  const part = text.trim().toLowerCase()
  return part === '' ? [] : staff.filter(({ display_name: name }) => name.toLowerCase().includes(part)).map(({ id }) => id.slice(-12))
}
