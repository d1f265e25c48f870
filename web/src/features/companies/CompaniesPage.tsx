import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data, idempotent, type Loader } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, EmptyState, FilterChips, Loaded, LoadMore, PageHeader, Row, SearchField, Stack } from '~/ui'
import { useRights } from './access'
import { CompanyTable } from './CompanyTable'
import { NameDialog } from './NameDialog'
import { companiesQuery, searchOf, useCompaniesChanged, type Search } from './queries'

export const loader: Loader = ({ queryClient, search }) => queryClient.infiniteQuery(companiesQuery(searchOf(search)))

/** Client companies: who has a contract, and until when. */
export default function CompaniesPage() {
  const t = useT()
  const { canManage } = useRights()
  const [isNaming, setNaming] = useState(false)
  const create = () => { setNaming(true) }
  return (
    <>
      <PageHeader
        title={t('companies.title')} lead={t('companies.lead')}
        actions={canManage && <Button variant="primary" icon="plus" onPress={create}>{t('companies.create')}</Button>}
      />
      <Companies onCreate={canManage ? create : undefined} />
      {canManage && <NewCompany isOpen={isNaming} onClose={() => { setNaming(false) }} />}
    </>
  )
}

function Companies({ onCreate }: { onCreate: (() => void) | undefined }) {
  const t = useT()
  const navigate = useNavigate()
  const search = searchOf(useSearch({ strict: false }))
  const look = (next: Search) => { void navigate({ to: '/desk/companies', search: next as never, replace: true }) }
  const query = useInfiniteQuery({ ...companiesQuery(search), placeholderData: (before) => before })
  return (
    <Stack gap={5}>
      <Banner tone="private">{t('companies.private')}</Banner>
      <Looking key={search.name ?? ''} search={search} onLook={look} />
      <Loaded query={query} empty={(all) => all.pages[0]?.companies.length === 0 && <Nothing search={search} onLook={look} onCreate={onCreate} />}>
        {(all) => (
          <Stack gap={4}>
            <CompanyTable companies={all.pages.flatMap((page) => page.companies)} />
            {query.hasNextPage && <LoadMore isPending={query.isFetchingNextPage} onPress={() => { void query.fetchNextPage() }} />}
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}

/** By a part of the name; archived ones only when they are wanted. */
function Looking({ search, onLook }: { search: Search; onLook: (search: Search) => void }) {
  const t = useT()
  const [name, setName] = useState(search.name ?? '')
  const look = (text: string) => { onLook(searchOf({ ...search, name: text })) }
  return (
    <form role="search" onSubmit={(event) => { event.preventDefault(); look(name) }}>
      <Stack gap={3}>
        <Row align="end">
          <SearchField label={t('companies.search')} value={name} onChange={(text) => { setName(text); if (text === '') look('') }} onSubmit={look} />
          <Button type="submit" icon="find">{t('companies.find')}</Button>
        </Row>
        <FilterChips
          label={t('companies.shown')} required value={search.archived === true ? 'all' : 'active'}
          options={[{ id: 'active', label: t('companies.shown.active') }, { id: 'all', label: t('companies.shown.all') }]}
          onChange={(shown) => { onLook(searchOf({ name, archived: shown === 'all' })) }}
        />
      </Stack>
    </form>
  )
}

function Nothing({ search, onLook, onCreate }: { search: Search; onLook: (search: Search) => void; onCreate: (() => void) | undefined }) {
  const t = useT()
  if (search.name !== undefined) {
    return (
      <EmptyState icon="find" title={t('companies.none.found', { name: search.name })} action={<Button onPress={() => { onLook({}) }}>{t('companies.showAll')}</Button>}>
        {search.archived !== true && <p>{t('companies.none.maybeArchived')}</p>}
      </EmptyState>
    )
  }
  return (
    <EmptyState icon="companies" title={t('companies.none')} action={onCreate && <Button icon="plus" onPress={onCreate}>{t('companies.create')}</Button>}>
      <p>{onCreate ? t('companies.none.text') : t('companies.none.reader')}</p>
    </EmptyState>
  )
}

function NewCompany({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useT()
  const navigate = useNavigate()
  const changed = useCompaniesChanged()
  return (
    <NameDialog
      title={t('companies.create')} submitText={t('companies.create.submit')} name="" isOpen={isOpen} onClose={onClose}
      save={(name, key) => data(api.POST('/api/operator/companies', { body: { name }, headers: idempotent(key) }))}
      onSaved={({ id }) => {
        void changed()
        void navigate({ to: '/desk/companies/$company', params: { company: id } as never })
      }}
    />
  )
}
