import { wantedLang } from '~/i18n'
import { problemOf } from './problem'

/** Headers of every request; the CSRF mark is one no foreign form can set. */
export const headersOfAll = (): Record<string, string> => ({ 'X-Ponimau-CSRF': '1', 'Accept-Language': wantedLang() })

/** For the shell's own few reads, which must not wait for the schema. */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { headers: headersOfAll(), credentials: 'same-origin', ...(signal && { signal }) })
  if (!response.ok) throw await problemOf(response)
  return (await response.json()) as T
}
