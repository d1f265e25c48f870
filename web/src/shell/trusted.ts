// The page's only Trusted Types policy, `app`: script addresses of this origin, nothing else. There is no way to make trusted HTML.
interface Policy {
  createScriptURL: (url: string) => unknown
}
interface Factory {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => Policy
}

const rules = {
  createScriptURL: (url: string): string => {
    if (new URL(url, location.origin).origin !== location.origin) throw new TypeError('a script of another origin')
    return url
  },
}

let policy: Policy | undefined
/** A value that workers and script elements accept under the content policy. */
export function trustedScriptUrl(url: string): unknown {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes
  policy ??= factory?.createPolicy('app', rules) ?? rules
  return policy.createScriptURL(url)
}
