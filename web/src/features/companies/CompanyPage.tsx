import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, type ReactNode } from 'react'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { Banner, Bone, Card, Facts, Loaded, PageHeader, Skeleton, Stack, Tabs, TextSkeleton, type TabItem } from '~/ui'
import { useRights } from './access'
import { CompanyMenu } from './CompanyMenu'
import { Contracts } from './Contracts'
import { AtLeast, Covered } from './Parts'
import { companyQuery, type Company } from './queries'

// Seldom opened: fetched when they are.
const Codes = lazy(() => import('./Codes'))
const Domains = lazy(() => import('./Domains'))
const Hr = lazy(() => import('./Hr'))
const Roster = lazy(() => import('./Roster'))
const Scim = lazy(() => import('./Scim'))
const Passes = lazy(() => import('./Passes'))
const Sso = lazy(() => import('./sso/Sso'))

type Part = 'contracts' | 'codes' | 'domains' | 'roster' | 'scim' | 'sso' | 'hr' | 'passes'

export const loader: Loader = ({ queryClient, params }) => queryClient.query(companyQuery(params['company'] ?? ''))

/** One company: what its people are entitled to, and by what they come in. Nothing here leads to what a person does. */
export default function CompanyPage() {
  const t = useT()
  const { company: id = '' } = useParams({ strict: false })
  const query = useQuery(companyQuery(id))
  const { canManage } = useRights()
  const company = query.data
  return (
    <>
      <PageHeader
        title={company?.name ?? t('companies.one')} back={{ to: '/desk/companies' as never, label: t('companies.title') }}
        actions={canManage && company && <CompanyMenu company={company} />}
      />
      <Loaded query={query} skeleton={<Skeleton><Bone height="block" /></Skeleton>}>{(found) => <Parts company={found} />}</Loaded>
    </>
  )
}

function Parts({ company }: { company: Company }) {
  const t = useT()
  const navigate = useNavigate()
  const search: Record<string, unknown> = useSearch({ strict: false })
  const { canManage, canMakeCodes } = useRights()
  const parts: TabItem<Part>[] = [
    { id: 'contracts', label: t('companies.contracts'), content: <Contracts company={company} /> },
    ...(canMakeCodes ? [{ id: 'codes' as const, label: t('companies.codes'), content: <Seldom><Codes company={company} /></Seldom> }] : []),
    ...(canManage
      ? [
          { id: 'domains' as const, label: t('companies.domains'), content: <Seldom><Domains company={company} /></Seldom> },
          { id: 'roster' as const, label: t('companies.roster'), content: <Seldom><Roster company={company} /></Seldom> },
          { id: 'sso' as const, label: t('companies.sso'), content: <Seldom><Sso company={company} /></Seldom> },
          { id: 'passes' as const, label: t('companies.passes'), content: <Seldom><Passes company={company} /></Seldom> },
          { id: 'scim' as const, label: t('companies.scim'), content: <Seldom><Scim company={company} /></Seldom> },
          { id: 'hr' as const, label: t('companies.hr'), content: <Seldom><Hr company={company} /></Seldom> },
        ]
      : []),
  ]
  const shown = parts.find((part) => part.id === search['part']) ?? parts[0]
  return (
    <Stack gap={5}>
      <Banner tone="private">{t('companies.private')}</Banner>
      {company.is_archived && <Banner tone="notice">{t('companies.archived.text')}</Banner>}
      <Summary company={company} />
      {parts.length === 1
        ? shown?.content
        : (
          <Tabs
            label={t('companies.parts')} items={parts} value={shown?.id ?? 'contracts'}
            onChange={(part) => { void navigate({ to: '/desk/companies/$company', params: { company: company.id } as never, search: { part } as never, replace: true }) }}
          />
          )}
    </Stack>
  )
}

const Seldom = ({ children }: { children: ReactNode }) => <Suspense fallback={<TextSkeleton lines={5} />}>{children}</Suspense>

function Summary({ company }: { company: Company }) {
  const t = useT()
  const inForce = company.contracts.find((contract) => contract.state === 'in_force')
  return (
    <Card>
      <Facts
        items={[
          [t('companies.state'), <Covered key="state" until={inForce?.ends_on} isArchived={company.is_archived} />],
          [t('companies.people'), <AtLeast key="people" people={company.members_at_least} />],
          company.domains != null && [t('companies.domains'), t('companies.domains.count', { count: company.domains.length })],
          company.roster_size != null && [t('companies.roster'), t('companies.roster.count', { count: company.roster_size })],
        ]}
      />
    </Card>
  )
}
