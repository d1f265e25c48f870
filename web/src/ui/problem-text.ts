import type { ApiProblem } from '~/api'
import { useT, type Translate } from '~/i18n'

/** What to tell the person: the server's own words, else ours for the kind of failure. */
export function problemText(t: Translate, problem: ApiProblem): string {
  if (problem.code === 'offline') return t('common.problem.offline')
  const wait = problem.status === 429 ? problem.retryAfterS : undefined
  // "A little" is no answer where the server told how long.
  if (wait !== undefined) return wait <= 90 ? t('common.problem.waitSeconds', { count: Math.ceil(wait) }) : t('common.problem.waitMinutes', { count: Math.ceil(wait / 60) })
  if (problem.detail !== undefined) return problem.detail
  if (problem.status === 401) return t('common.problem.signedOut')
  if (problem.status === 403) return t('common.problem.denied')
  if (problem.status === 404 || problem.status === 410) return t('common.problem.missing')
  if (problem.status === 429) return t('common.problem.busy')
  return problem.status >= 500 ? t('common.problem.unavailable') : t('common.problem.unexpected')
}

export function useProblemText(): (problem: ApiProblem) => string {
  const t = useT()
  return (problem) => problemText(t, problem)
}
