import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Button, Confirm, EmptyState, Row, Stack, toast } from '~/ui'
import { useRights } from './access'
import { contractStateOf } from './contract-state'
import { ContractCard } from './ContractCard'
import { ContractDialog } from './ContractDialog'
import { companyQuery, useCompaniesChanged, type Company, type Contract } from './queries'

/** Contracts of a company, newest first; one at a time is in force. */
export function Contracts({ company }: { company: Company }) {
  const t = useT()
  const { canManage } = useRights()
  const [edited, setEdited] = useState<Contract | 'new'>()
  const [ended, setEnded] = useState<Contract>()
  const queryClient = useQueryClient()
  const changed = useCompaniesChanged()
  const reload = async () => {
    await changed()
    const fresh = queryClient.getQueryData(companyQuery(company.id).queryKey)
    setEdited((now) => fresh?.contracts.find((one) => now !== 'new' && one.id === now?.id))
  }
  const mayChange = canManage && !company.is_archived
  const add = mayChange && <Button icon="plus" onPress={() => { setEdited('new') }}>{t('companies.contract.add')}</Button>
  return (
    <Stack gap={4}>
      {company.contracts.length === 0
        ? <EmptyState icon="document" title={t('companies.contracts.none')} action={add}><p>{t('companies.contracts.none.text')}</p></EmptyState>
        : (
          <>
            {add && <Row>{add}</Row>}
            {company.contracts.map((contract) => (
              <ContractCard key={contract.id} contract={contract}>
                {mayChange && contractStateOf(contract) !== 'ended' && (
                  <Row>
                    <Button icon="edit" onPress={() => { setEdited(contract) }}>{t('companies.contract.change')}</Button>
                    {contractStateOf(contract) !== 'over' && <Button variant="quiet" onPress={() => { setEnded(contract) }}>{t('companies.contract.end')}</Button>}
                  </Row>
                )}
              </ContractCard>
            ))}
          </>
          )}
      <ContractDialog company={company.id} contract={edited} onClose={() => { setEdited(undefined) }} onReload={() => { void reload() }} />
      <EndContract contract={ended} onClose={() => { setEnded(undefined) }} />
    </Stack>
  )
}

function EndContract({ contract, onClose }: { contract: Contract | undefined; onClose: () => void }) {
  const t = useT()
  const changed = useCompaniesChanged()
  // What is being closed is still to be read while it goes.
  const [last, setLast] = useState(contract)
  if (contract && contract !== last) setLast(contract)
  const end = useCommand(
    (id: string, key) => data(api.POST('/api/operator/contracts/{id}/end', { params: { path: { id } }, headers: idempotent(key) })),
    { onSettled: changed, onSuccess: () => { toast(t('companies.contract.ended')) } },
  )
  return (
    <Confirm
      title={t('companies.contract.end.title', { number: last?.number ?? '' })} confirm={t('companies.contract.end.confirm')} isDanger
      isOpen={contract !== undefined} onClose={onClose} onConfirm={() => (last ? end.mutateAsync(last.id) : undefined)}
    >
      <p>{last?.state === 'future' ? t('companies.contract.end.future') : t('companies.contract.end.text')}</p>
    </Confirm>
  )
}
