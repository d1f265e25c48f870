// Showing who one is, and setting up what to show: shared by the door (features/identity), the account and the question over any screen.
// Its texts are the slice `proof`: a page which uses it loads them by `withProofTexts` in its loader.
import { loadMessages } from '~/i18n'

export { AddEmail } from './AddEmail'
export { AddTotp } from './AddTotp'
export { Prove } from './Prove'
export { waysQuery, type Ways } from './queries'
export { RecoveryCodes } from './RecoveryCodes'
export { canUsePasskeys, passkeysByAutofill, usePasskeys } from './passkeys'

export const withProofTexts = (): Promise<void> => loadMessages(['proof'])
