import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Confirm, Menu, toast } from '~/ui'
import { NameDialog } from './NameDialog'
import { useCompaniesChanged, type Company } from './queries'

type Change = { name: string } | { is_archived: boolean }

const send = (id: string, change: Change, key: string) =>
  data(api.PATCH('/api/operator/companies/{id}', { params: { path: { id } }, body: change, headers: idempotent(key) }))

/** Renaming, archiving, bringing back. */
export function CompanyMenu({ company }: { company: Company }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const [asked, setAsked] = useState<'name' | 'archive'>()
  const close = () => { setAsked(undefined) }
  const archive = useCommand((is_archived: boolean, key) => send(company.id, { is_archived }, key), { onSettled: changed })
  const verb = company.is_archived ? t('companies.bringBack') : t('companies.archive')
  return (
    <>
      <Menu
        label={t('companies.more', { name: company.name })}
        items={[
          { id: 'name', label: t('companies.rename'), icon: 'edit', onAction: () => { setAsked('name') } },
          { id: 'archive', label: verb, icon: company.is_archived ? 'history' : 'close', onAction: () => { setAsked('archive') } },
        ]}
      />
      <NameDialog
        title={t('companies.rename')} submitText={t('companies.save')} name={company.name} isOpen={asked === 'name'} onClose={close}
        save={(name, key) => send(company.id, { name }, key)}
        onSaved={() => {
          close()
          void changed()
          toast(t('companies.renamed'))
        }}
      />
      <Confirm
        title={company.is_archived ? t('companies.bringBack.title', { name: company.name }) : t('companies.archive.title', { name: company.name })}
        confirm={verb} isDanger={!company.is_archived} isOpen={asked === 'archive'} onClose={close}
        onConfirm={() => archive.mutateAsync(!company.is_archived)}
      >
        <p>{company.is_archived ? t('companies.bringBack.text') : t('companies.archive.text')}</p>
      </Confirm>
    </>
  )
}
