// A company as its HR sees it: what it is entitled to, and by what its people come in. Nothing here tells of a person, nor counts them.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { Banner, Bone, Card, EmptyState, Facts, Loaded, PageHeader, Skeleton, Stack, Tabs, type TabItem } from '~/ui'
import Codes from '../Codes'
import { ContractCard } from '../ContractCard'
import { Covered } from '../Parts'
import { ownCompanyQuery, type OwnCompany } from '../queries'
import Roster from '../Roster'
import { OwnPasses } from './OwnPasses'

type Part = 'roster' | 'codes' | 'contracts'

export const loader: Loader = ({ queryClient }) => queryClient.query(ownCompanyQuery)

export default function OwnCompanyPage() {
  const t = useT()
  const query = useQuery(ownCompanyQuery)
  return (
    <>
      <PageHeader title={query.data?.name ?? t('companies.one')} />
      <Loaded query={query} skeleton={<Skeleton><Bone height="block" /></Skeleton>}>{(company) => <Parts company={company} />}</Loaded>
    </>
  )
}

function Parts({ company }: { company: OwnCompany }) {
  const t = useT()
  const navigate = useNavigate()
  const search: Record<string, unknown> = useSearch({ strict: false })
  const parts: TabItem<Part>[] = [
    { id: 'roster', label: t('companies.roster'), content: <RosterPart company={company} /> },
    { id: 'codes', label: t('companies.codes'), content: <Codes company={company} /> },
    { id: 'contracts', label: t('companies.contracts'), content: <Contracts company={company} /> },
  ]
  const shown = parts.find((part) => part.id === search['part']) ?? parts[0]
  return (
    <Stack gap={5}>
      <Banner tone="private">{t('companies.own.private')}</Banner>
      {company.is_archived && <Banner tone="notice">{t('companies.own.archived')}</Banner>}
      <Summary company={company} />
      {company.passes && <OwnPasses passes={company.passes} />}
      <Tabs
        label={t('companies.parts')} items={parts} value={shown?.id ?? 'roster'}
        onChange={(part) => { void navigate({ to: '/hr/company', search: { part } as never, replace: true }) }}
      />
    </Stack>
  )
}

function Summary({ company }: { company: OwnCompany }) {
  const t = useT()
  const inForce = company.contracts.find((contract) => contract.state === 'in_force')
  return (
    <Card>
      <Facts
        items={[
          [t('companies.state'), <Covered key="state" until={inForce?.ends_on} isArchived={company.is_archived} />],
          [t('companies.roster'), t('companies.roster.count', { count: company.roster_size })],
          company.domains.length > 0 && [t('companies.domains'), company.domains.join(', ')],
          [t('companies.sso'), t(company.has_sso ? 'companies.own.connected' : 'companies.own.notConnected')],
          [t('companies.own.scim'), t(company.has_directory ? 'companies.own.connected' : 'companies.own.notConnected')],
        ]}
      />
    </Card>
  )
}

/** Where a directory keeps the list, whoever brings a file is told which of the two has the last word. */
function RosterPart({ company }: { company: OwnCompany }) {
  const t = useT()
  return (
    <Stack gap={4}>
      {company.has_directory && <Banner>{t('companies.own.directory')}</Banner>}
      <Roster company={company} />
    </Stack>
  )
}

function Contracts({ company }: { company: OwnCompany }) {
  const t = useT()
  if (company.contracts.length === 0) return <EmptyState icon="document" title={t('companies.contracts.none')}><p>{t('companies.own.noContract')}</p></EmptyState>
  return <Stack gap={4}>{company.contracts.map((contract) => <ContractCard key={contract.id} contract={contract} />)}</Stack>
}
