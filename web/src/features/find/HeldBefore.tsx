// A time that is held though no sheet lies over the page: it was loaded anew, or the time was picked in another tab.
import { useQuery } from '@tanstack/react-query'
import { todayQuery } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Countdown, LinkButton, useSecondsUntil } from '~/ui'

export function HeldBefore() {
  const { data } = useQuery(todayQuery)
  return data?.held.map((one) => <Held key={one.id} id={one.id} name={one.specialist.display_name} startsAt={one.starts_at} until={one.hold?.expires_at ?? one.starts_at} />)
}

function Held({ id, name, startsAt, until }: { id: string; name: string; startsAt: string; until: string }) {
  const t = useT()
  const format = useFormat()
  if (useSecondsUntil(until) === 0) return null
  return (
    <Banner title={t('find.heldBefore', { time: format.momentInText(startsAt), name })} actions={<LinkButton to="/sessions/$id" params={{ id }}>{t('find.heldBefore.look')}</LinkButton>}>
      <Countdown until={until} />
    </Banner>
  )
}
