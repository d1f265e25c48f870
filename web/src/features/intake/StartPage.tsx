// "What brings you here": a field of help, then topics by one tap and a few questions. All of it can be skipped.
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { categoriesQuery, type Loader } from '~/api'
import { useT } from '~/i18n'
import { CategoryIcon, EmptyState, LinkButton, List, ListItem, ListSkeleton, Loaded, PageHeader, Row, Stack } from '~/ui'
import { Reasons } from './Reasons'
import { type Category } from './queries'

export const loader: Loader = ({ queryClient }) => queryClient.query(categoriesQuery)

export default function StartPage() {
  const { category: id } = useSearch({ from: '/employee/start' })
  const query = useQuery(categoriesQuery)
  const chosen = query.data?.items.find((one) => one.id === id)
  return chosen ? <Reasons key={chosen.id} category={chosen} /> : <Fields />
}

function Fields() {
  const t = useT()
  const query = useQuery(categoriesQuery)
  return (
    <>
      <PageHeader title={t('intake.title')} lead={t('intake.lead')} />
      <Loaded query={query} skeleton={<ListSkeleton />} empty={({ items }) => items.length === 0 && <EmptyState icon="find" title={t('intake.none')} />}>
        {({ items }) => (
          <Stack gap={5}>
            <List label={t('intake.title')}>{items.map((one) => <Field key={one.id} category={one} />)}</List>
            <Row><LinkButton to="/find" search={{}} variant="quiet">{t('intake.skip')}</LinkButton></Row>
          </Stack>
        )}
      </Loaded>
    </>
  )
}

function Field({ category }: { category: Category }) {
  const t = useT()
  return (
    <ListItem leading={<CategoryIcon name={category.icon} />} title={category.name} to="/start" search={{ category: category.id }}
      text={category.benefit ? category.summary : `${category.summary} ${t('intake.notCovered')}`} />
  )
}
