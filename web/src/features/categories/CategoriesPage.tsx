import { useQuery } from '@tanstack/react-query'
import { usePerson, type Loader } from '~/api'
import { langNames, useT } from '~/i18n'
import { CategoryIcon, Chip, EmptyState, LinkButton, List, ListItem, Loaded, Muted, PageHeader, Row, Section, Stack } from '~/ui'
import { catalogueQuery, mayManage, type Category } from './queries'
import { StatusChip } from './StatusChip'
import { missingIn, valuesOf } from './values'
import { useLengths, useTextOf } from './words'

export const loader: Loader = ({ queryClient }) => queryClient.query(catalogueQuery)

/** Fields of specialists, in the order in which employees see them. */
export default function CategoriesPage() {
  const t = useT()
  const query = useQuery(catalogueQuery)
  const isEditor = mayManage(usePerson())
  const create = isEditor && <LinkButton to={'/desk/categories/new'} icon="plus" variant="primary">{t('categories.new')}</LinkButton>
  return (
    <>
      <PageHeader title={t('categories.title')} lead={t('categories.lead')} actions={create} />
      <Stack gap={6}>
        {!isEditor && <Muted>{t('categories.readOnly')}</Muted>}
        <Loaded query={query} empty={(all) => all.categories.length === 0 && <EmptyState icon="categories" title={t('categories.none')}>{isEditor ? t('categories.none.text') : undefined}</EmptyState>}>
          {({ categories }) => (
            <>
              <Categories title={t('categories.inUse')} categories={categories.filter((one) => one.status !== 'archived')} />
              <Categories title={t('categories.archived')} categories={categories.filter((one) => one.status === 'archived')} />
            </>
          )}
        </Loaded>
      </Stack>
    </>
  )
}

function Categories({ title, categories }: { title: string; categories: readonly Category[] }) {
  if (categories.length === 0) return null
  return (
    <Section title={title}>
      <List label={title}>{categories.map((category) => <CategoryRow key={category.id} category={category} />)}</List>
    </Section>
  )
}

function CategoryRow({ category }: { category: Category }) {
  const t = useT()
  const textOf = useTextOf()
  const lengths = useLengths()
  const values = valuesOf(category)
  const missing = [...new Set([...missingIn(values.name), ...missingIn(values.summary)])]
  const topics = category.topics.filter((topic) => !topic.is_archived).length
  return (
    <ListItem
      to={'/desk/categories/$id'} params={{ id: category.id }} leading={<CategoryIcon name={category.icon} />} title={textOf(category.name)}
      text={[lengths(category.session_lengths_min), t('categories.topicsCount', { count: topics }), t('categories.specialists', { count: category.specialists })].join(' · ')}
      trailing={(
        <Row gap={2} justify="end">
          {missing.length > 0 && <Chip tone="notice" icon="notice">{t('categories.untranslated', { languages: missing.map((lang) => langNames[lang]).join(', ') })}</Chip>}
          <StatusChip status={category.status} />
        </Row>
      )}
    />
  )
}
