import { useQuery } from '@tanstack/react-query'
import { useT } from '~/i18n'
import { List, ListItem, Section } from '~/ui'
import { readinessQuery } from './queries'

/** Where each is put right; mail is set up on the server. */
const places = {
  mail: undefined,
  category: '/desk/categories',
  specialist: '/desk/specialists',
  contract: '/desk/companies',
  safety: '/desk/settings/staff',
} as const

const isKnown = (name: string): name is keyof typeof places => name in places

/** What is still to be done before people can book, and be looked after. Nothing is shown where nothing is missing. */
export function Missing() {
  const t = useT()
  const { data } = useQuery(readinessQuery)
  const missing = data?.filter(isKnown) ?? []
  if (missing.length === 0) return null
  return (
    <Section title={t('live.missing')}>
      <List label={t('live.missing')}>
        {missing.map((name) => <ListItem key={name} title={t(`live.missing.${name}`)} text={t(`live.missing.${name}.text`)} to={places[name]} />)}
      </List>
    </Section>
  )
}
