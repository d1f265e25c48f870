// A screen of one audience opens only for it. The server decides on every request anyway; this spares people a screen of errors.
import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { audienceOf, homes, meQuery, safeNext, signedInHint, type Audience, type Person } from '~/api/me'
import { adoptLang, isLangChosen, type Lang } from '~/i18n'
import { setOwnZone } from '~/i18n/own-zone'

const isLang = (tag: string): tag is Lang => tag === 'ru' || tag === 'kk' || tag === 'en'

/** The person's language and zone hold from now on. */
async function settle(person: Person): Promise<void> {
  signedInHint.write(true)
  setOwnZone(person.time_zone)
  // What was chosen on this device holds. On one where nothing was, the account's language does, neither the browser's nor that of who was here before.
  if (!isLangChosen() && isLang(person.locale)) await adoptLang(person.locale)
}

/** `beforeLoad` of an audience's layout. */
export const only = (audience: Audience) => among([audience])

/** `beforeLoad` of a layout which several audiences share. */
export const among = (audiences: readonly Audience[]) => async ({ context, location }: { context: { queryClient: QueryClient }; location: { href: string } }): Promise<{ person: Person }> => {
  const me = await context.queryClient.query(meQuery)
  const next = safeNext(location.href)
  if (!me.person) {
    signedInHint.write(false)
    throw redirect({ to: '/sign-in', search: { next } as never })
  }
  // Whom nothing but this session lets in gives an address first, whatever they had in mind.
  if (me.person.needs_second_factor || me.person.needs_way_in) throw redirect({ to: '/second-factor', search: { next } as never })
  await settle(me.person)
  if (!audiences.includes(audienceOf(me.person))) throw redirect({ to: homes[audienceOf(me.person)], replace: true })
  return { person: me.person }
}
