import { useQuery } from '@tanstack/react-query'
import { redirect, useNavigate } from '@tanstack/react-router'
import { meQuery, type Loader } from '~/api'
import { useT } from '~/i18n'
import { Loaded, PageHeader, toast } from '~/ui'
import { CategoryForm } from './CategoryForm'
import { create } from './commands'
import { catalogueQuery, mayManage, usePutCategory, type Catalogue } from './queries'
import { emptyValues } from './values'

export const loader: Loader = async ({ queryClient }) => {
  const me = await queryClient.query(meQuery)
  if (me.person && !mayManage(me.person)) throw redirect({ to: '/desk/categories', replace: true })
  await queryClient.query(catalogueQuery)
}

/** A new field of specialists: no code, only this form. */
export default function NewCategoryPage() {
  const t = useT()
  const query = useQuery(catalogueQuery)
  return (
    <>
      <PageHeader title={t('categories.new')} lead={t('categories.new.lead')} back={{ to: '/desk/categories', label: t('categories.title') }} />
      <Loaded query={query}>{(catalogue) => <NewForm catalogue={catalogue} />}</Loaded>
    </>
  )
}

function NewForm({ catalogue }: { catalogue: Catalogue }) {
  const t = useT()
  const navigate = useNavigate()
  const put = usePutCategory()
  const next = Math.min(1000, Math.max(0, ...catalogue.categories.map((one) => one.position)) + 1)
  return (
    <CategoryForm
      isNew draft="category:new" initial={emptyValues(catalogue.consents, next)} consents={catalogue.consents} topics={[]} submit={t('categories.create')} save={create}
      onSaved={(category) => {
        put(category)
        toast(t('categories.created'))
        void navigate({ to: '/desk/categories/$id', params: { id: category.id }, search: { part: 'topics' } as never, replace: true })
      }}
    />
  )
}
