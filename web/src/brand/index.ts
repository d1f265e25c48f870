// The brand of this deployment, written into the page by the server (build/brands.mjs): no request, no wait.
import type { Lang } from '~/i18n'

export type Localised = Record<Lang, string>

export interface Brand {
  id: string
  name: Localised
  tagline: Localised
  description: Localised
  operator: { legalName: Localised; supportEmail: string; privacyEmail: string }
  links: Record<string, string>
}

function read(): Brand {
  const text = typeof document === 'undefined' ? null : document.getElementById('brand')?.textContent
  if (!text) throw new Error('The page carries no brand: it must be served from dist/brands/<brand>/index.html')
  return JSON.parse(text) as Brand
}

let cached: Brand | undefined
/** Name, wording and contacts of the deployment. */
export const brand = (): Brand => (cached ??= read())
