import { useQuery } from '@tanstack/react-query'
import { usePerson } from '~/api'
import { useT } from '~/i18n'
import { List, ListItem, Section } from '~/ui'
import { isKnown, remedyFor } from './missing'
import { readinessQuery } from './queries'

/** What is still to be done before people can book, and be looked after. Nothing is shown where nothing is missing. */
export function Missing() {
  const t = useT()
  const person = usePerson()
  const { data } = useQuery(readinessQuery)
  const missing = data?.filter(isKnown) ?? []
  if (missing.length === 0) return null
  return (
    <Section title={t('live.missing')}>
      <List label={t('live.missing')}>
        {missing.map((name) => {
          const { to, askTo } = remedyFor(name, person)
          const text = t(`live.missing.${name}.text`)
          return <ListItem key={name} title={t(`live.missing.${name}`)} text={askTo ? `${text} ${t(`live.missing.by.${askTo}`)}` : text} {...(to && { to })} />
        })}
      </List>
    </Section>
  )
}
