// WebAuthn's JSON form (Level 3 §5.1.9–5.1.11) to what `navigator.credentials` takes, and back. Browsers learn to do it themselves only from 2025 on.
interface DescriptorJson {
  id: string
  type: 'public-key'
  transports?: AuthenticatorTransport[]
}

interface CreationJson extends Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user' | 'excludeCredentials'> {
  challenge: string
  user: { id: string; name: string; displayName: string }
  excludeCredentials?: DescriptorJson[]
}

interface RequestJson extends Omit<PublicKeyCredentialRequestOptions, 'challenge' | 'allowCredentials'> {
  challenge: string
  allowCredentials?: DescriptorJson[]
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (char) => char.charCodeAt(0))
}

export function toBase64url(buffer: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

const described = (list: readonly DescriptorJson[] | undefined) => (list ?? []).map((one) => ({ ...one, id: fromBase64url(one.id) }))

/** `options` of a ceremony of the server, for `credentials.create`. */
export function creationFrom(options: Record<string, unknown>): PublicKeyCredentialCreationOptions {
  const json = options['publicKey'] as CreationJson
  return {
    ...json,
    challenge: fromBase64url(json.challenge),
    user: { ...json.user, id: fromBase64url(json.user.id) },
    excludeCredentials: described(json.excludeCredentials),
  }
}

/** `options` of a ceremony of the server, for `credentials.get`. */
export function requestFrom(options: Record<string, unknown>): PublicKeyCredentialRequestOptions {
  const json = options['publicKey'] as RequestJson
  return { ...json, challenge: fromBase64url(json.challenge), allowCredentials: described(json.allowCredentials) }
}

const common = (credential: PublicKeyCredential) => ({
  id: credential.id,
  rawId: toBase64url(credential.rawId),
  type: credential.type,
  clientExtensionResults: credential.getClientExtensionResults(),
})

/** What `credentials.create` gave, for the server. */
export function attestationJson(credential: PublicKeyCredential): Record<string, never> {
  const response = credential.response as AuthenticatorAttestationResponse
  return {
    ...common(credential),
    response: {
      attestationObject: toBase64url(response.attestationObject),
      clientDataJSON: toBase64url(response.clientDataJSON),
      transports: response.getTransports(),
    },
  } as unknown as Record<string, never>
}

/** What `credentials.get` gave, for the server. */
export function assertionJson(credential: PublicKeyCredential): Record<string, never> {
  const response = credential.response as AuthenticatorAssertionResponse
  return {
    ...common(credential),
    response: {
      authenticatorData: toBase64url(response.authenticatorData),
      clientDataJSON: toBase64url(response.clientDataJSON),
      signature: toBase64url(response.signature),
      userHandle: response.userHandle && toBase64url(response.userHandle),
    },
  } as unknown as Record<string, never>
}
