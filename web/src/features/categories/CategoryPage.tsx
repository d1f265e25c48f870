import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { usePerson, type Loader } from '~/api'
import { useT } from '~/i18n'
import { Bone, EmptyState, LinkButton, Loaded, PageHeader, Skeleton, Tabs, toast } from '~/ui'
import { CategoryForm } from './CategoryForm'
import { change } from './commands'
import { ReadOnly } from './ReadOnly'
import { catalogueQuery, mayManage, usePutCategory, type Category, type Consent } from './queries'
import { StateCard } from './StateCard'
import { Topics } from './Topics'
import { valuesOf } from './values'
import { useTextOf } from './words'

export const loader: Loader = ({ queryClient }) => queryClient.query(catalogueQuery)

export default function CategoryPage() {
  const t = useT()
  const textOf = useTextOf()
  const { id } = useParams({ from: '/operator/desk/categories/$id' })
  const query = useQuery(catalogueQuery)
  const category = query.data?.categories.find((one) => one.id === id)
  return (
    <>
      <PageHeader title={category ? textOf(category.name) : t('categories.one')} back={{ to: '/desk/categories', label: t('categories.title') }} />
      <Loaded query={query} skeleton={<Skeleton><Bone height="block" /></Skeleton>} empty={() => !category && <Missing />}>
        {({ consents }) => category && <Opened key={id} category={category} consents={consents} />}
      </Loaded>
    </>
  )
}

function Missing() {
  const t = useT()
  return <EmptyState icon="categories" title={t('categories.missing')} action={<LinkButton to={'/desk/categories'}>{t('categories.title')}</LinkButton>} />
}

function Opened({ category, consents }: { category: Category; consents: readonly Consent[] }) {
  const t = useT()
  const navigate = useNavigate()
  const { part } = useSearch({ from: '/operator/desk/categories/$id' })
  const isEditor = mayManage(usePerson())
  const queryClient = useQueryClient()
  const [readings, setReadings] = useState(0)
  const reload = async () => {
    await queryClient.invalidateQueries({ queryKey: catalogueQuery.queryKey })
    setReadings((n) => n + 1)
  }
  if (!isEditor) return <ReadOnly category={category} consents={consents} />
  return (
    <Tabs
      label={t('categories.parts')} value={part ?? 'about'}
      onChange={(next) => { void navigate({ to: '/desk/categories/$id', params: { id: category.id }, search: next === 'topics' ? { part: next } : {}, replace: true }) }}
      items={[
        { id: 'about', label: t('categories.about'), content: <About key={readings} category={category} consents={consents} onReload={() => { void reload() }} /> },
        { id: 'topics', label: t('categories.topics', { count: category.topics.filter((topic) => !topic.is_archived).length }), content: <Topics category={category} consents={consents} /> },
      ]}
    />
  )
}

function About({ category, consents, onReload }: { category: Category; consents: readonly Consent[]; onReload: () => void }) {
  const t = useT()
  const put = usePutCategory()
  // What is typed is laid over this version; another's change meanwhile is refused by the server, not overwritten.
  const [base, setBase] = useState(category)
  return (
    <CategoryForm
      initial={valuesOf(base)} draft={`category:${base.id}:${String(base.version)}`} consents={consents} topics={category.topics} submit={t('categories.save')}
      save={(values, key) => change(base.id, base.version, values, key)}
      onSaved={(saved) => {
        setBase(saved)
        put(saved)
        toast(t('categories.saved'))
      }}
      onReload={onReload}
      state={(form) => (
        <StateCard
          category={category} values={form.values} isDirty={form.isDirty}
          onChanged={(changed) => {
            setBase(changed)
            put(changed)
          }}
        />
      )}
    />
  )
}
