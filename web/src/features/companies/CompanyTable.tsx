import { Link } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { Table, type Column } from '~/ui'
import { AtLeast, Covered } from './Parts'
import type { CompanyLine } from './queries'

/** Companies, one a row. */
export function CompanyTable({ companies }: { companies: readonly CompanyLine[] }) {
  const t = useT()
  const columns: Column<CompanyLine>[] = [
    {
      id: 'name', header: t('companies.one'), isRowHeader: true,
      cell: (company) => <Link to={'/desk/companies/$company'} params={{ company: company.id } as never}>{company.name}</Link>,
    },
    { id: 'state', header: t('companies.state'), cell: (company) => <Covered until={company.covered_until} isArchived={company.is_archived} /> },
    { id: 'people', header: t('companies.people'), cell: (company) => <AtLeast people={company.members_at_least} /> },
  ]
  return <Table label={t('companies.title')} columns={columns} rows={companies} rowKey={(company) => company.id} />
}
