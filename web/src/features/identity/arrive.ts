// From a proof to the first screen.
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { ApiProblem, audienceOf, homes, meQuery, safeNext, signedInHint } from '~/api'
import { useT } from '~/i18n'
import { tellArrived } from '~/shell/arrived'
import { forgetKept } from './kept'

/** Where a newcomer begins: what they agree to, in plain words; then what brings them. */
export const FIRST = '/consents?next=/start'

export type Arrive = (isNew: boolean) => Promise<void>

/** After the server has given a session: forgets everything known about whoever was here before, and goes on. Newcomers go to `first`. */
export function useArrive(next?: string, first = FIRST): Arrive {
  const queryClient = useQueryClient()
  const router = useRouter()
  const t = useT()
  return async (isNew) => {
    queryClient.clear()
    // Silence now is no failure of the sign-in: the next screen asks again.
    const me = await queryClient.query(meQuery).catch(() => undefined)
    if (me && !me.person) throw new ApiProblem(0, 'no_cookie', t('identity.noCookie'))
    signedInHint.write(true)
    if (me?.person) tellArrived(me.person.id)
    if (isNew) forgetKept()
    const home = me?.person ? homes[audienceOf(me.person)] : '/'
    const goal = isNew ? first : (safeNext(next) ?? home)
    // Half a sign-in, of the staff: the other half comes before anything else.
    const href = me?.person?.needs_second_factor === true || me?.person?.needs_way_in === true ? `/second-factor?${new URLSearchParams({ next: goal }).toString()}` : goal
    await router.navigate({ href, replace: true })
  }
}
