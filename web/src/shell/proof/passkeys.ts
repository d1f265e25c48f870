// Passkeys in the browser: making one, showing one, and telling in words what went wrong.
import { api, ApiProblem, data } from '~/api'
import { useT, type Translate } from '~/i18n'
import { assertionJson, attestationJson, creationFrom, requestFrom } from './webauthn'

/** Whether this browser knows passkeys at all; old ones and some built into other apps do not. */
export const canUsePasskeys = (): boolean => typeof PublicKeyCredential === 'function'

/** Whether the browser offers passkeys in the list under a field, beside remembered addresses. */
export const passkeysByAutofill = (): Promise<boolean> =>
  canUsePasskeys() && typeof PublicKeyCredential.isConditionalMediationAvailable === 'function'
    ? PublicKeyCredential.isConditionalMediationAvailable().catch(() => false)
    : Promise.resolve(false)

/** What to call a passkey made here, until its owner calls it otherwise: the device it is likely kept on. */
export function deviceName(userAgent: string): string {
  const names = [['iPhone', /iPhone/], ['iPad', /iPad/], ['Android', /Android/], ['Mac', /Macintosh/], ['Windows', /Windows/], ['Linux', /Linux/]] as const
  return names.find(([, mark]) => mark.test(userAgent))?.[0] ?? 'Passkey'
}

/** Browsers tell little on purpose; what can be told is what to do next. */
function problemOf(t: Translate, error: unknown): unknown {
  if (!(error instanceof DOMException)) return error
  if (error.name === 'AbortError') return new ApiProblem(0, 'passkey_aborted')
  if (error.name === 'InvalidStateError') return new ApiProblem(0, 'passkey_known', t('proof.passkey.known'))
  return new ApiProblem(0, 'passkey_cancelled', t(error.name === 'NotAllowedError' ? 'proof.passkey.cancelled' : 'proof.passkey.failed'))
}

async function spoken<T>(t: Translate, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw problemOf(t, error)
  }
}

interface SignInOptions {
  /** Offered under the field instead of in a window of its own; waits until it is chosen or `signal` ends it. */
  byAutofill?: boolean
  signal?: AbortSignal
}

export function usePasskeys() {
  const t = useT()
  return {
    /** Makes a passkey for the signed-in person and keeps it. */
    add: () => spoken(t, async () => {
      const ceremony = await data(api.POST('/api/me/passkeys/start'))
      const made = await navigator.credentials.create({ publicKey: creationFrom(ceremony.options) })
      const body = { challenge_id: ceremony.challenge_id, label: deviceName(navigator.userAgent), credential: attestationJson(made as PublicKeyCredential) }
      return data(api.POST('/api/me/passkeys', { body }))
    }),
    /** Shows one of the signed-in person's passkeys. */
    show: () => spoken(t, async () => {
      const ceremony = await data(api.POST('/api/auth/proof/passkey/start'))
      const shown = await navigator.credentials.get({ publicKey: requestFrom(ceremony.options) })
      return data(api.POST('/api/auth/proof/passkey', { body: { challenge_id: ceremony.challenge_id, credential: assertionJson(shown as PublicKeyCredential) } }))
    }),
    /** Shows a passkey of the time before Keycloak: it signs nobody in, but lets the record be moved. */
    move: () => spoken(t, async () => {
      const ceremony = await data(api.POST('/api/auth/move/passkey/start'))
      const shown = await navigator.credentials.get({ publicKey: requestFrom(ceremony.options) })
      return data(api.POST('/api/auth/move/passkey', { body: { challenge_id: ceremony.challenge_id, credential: assertionJson(shown as PublicKeyCredential) } }))
    }),
    /** Signs in with whichever passkey of this site the person chooses. */
    signIn: ({ byAutofill = false, signal }: SignInOptions = {}) => spoken(t, async () => {
      const ceremony = await data(api.POST('/api/auth/passkey/start'))
      const shown = await navigator.credentials.get({
        publicKey: requestFrom(ceremony.options),
        ...(byAutofill && { mediation: 'conditional' as const }),
        ...(signal && { signal }),
      })
      return data(api.POST('/api/auth/passkey/finish', { body: { challenge_id: ceremony.challenge_id, credential: assertionJson(shown as PublicKeyCredential) } }))
    }),
  }
}
