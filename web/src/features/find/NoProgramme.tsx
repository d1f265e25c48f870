import { brand } from '~/brand'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Rich } from '~/i18n/Rich'
import { Banner, LinkButton } from '~/ui'
import type { Programme } from './programme'

interface Props {
  state: Exclude<Programme, 'in_force'>
  startsOn: string | undefined
}

/** Nothing can be booked at the company's expense: why, what stays, and whom to ask. */
export function NoProgramme({ state, startsOn }: Props) {
  const t = useT()
  const format = useFormat()
  const email = brand().operator.supportEmail
  const title = state === 'future' ? t('find.programme.future', { date: startsOn ? format.civilDate(startsOn) : '' }) : t(`find.programme.${state}`)
  return (
    <Banner
      title={title}
      actions={(
        <>
          {state === 'lapsed' && <LinkButton variant="primary" to="/enter" search={{ by: 'code' }}>{t('find.programme.lapsed.fetch')}</LinkButton>}
          {state !== 'future' && <LinkButton to="/sessions">{t('find.programme.sessions')}</LinkButton>}
          {state !== 'future' && <LinkButton to="/messages">{t('find.programme.messages')}</LinkButton>}
          <LinkButton to="/urgent">{t('find.programme.urgent')}</LinkButton>
        </>
      )}
    >
      <p><Rich text={t(`find.programme.${state}.text`, { email })} tags={{ mail: (content) => <a href={`mailto:${email}`}>{content}</a> }} /></p>
    </Banner>
  )
}
