// What each part of the team may do here: docs/policy.md. Who may not even look is led elsewhere by the frame (~/api/desk). The server decides;
// this spares people buttons that would be refused.
import { usePerson } from '~/api'

export function useRights() {
  const { capabilities } = usePerson()
  return {
    canManage: capabilities.includes('admin'),
    canMakeCodes: capabilities.includes('admin') || capabilities.includes('support'),
  }
}
