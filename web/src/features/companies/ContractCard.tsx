import type { ReactNode } from 'react'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Card, Chip, Facts, Row, When } from '~/ui'
import { contractStateOf, contractTones } from './contract-state'
import type { Contract } from './queries'

/** A contract: its days, and what it covers. The operator's people may do something with it, a company's HR reads it. */
export function ContractCard({ contract, children }: { contract: Pick<Contract, 'number' | 'state' | 'starts_on' | 'ends_on' | 'ended_at' | 'coverage'>; children?: ReactNode }) {
  const t = useT()
  const format = useFormat()
  const state = contractStateOf(contract)
  const name = t('companies.contract.named', { number: contract.number })
  return (
    <Card as="article" label={name}>
      <Row justify="between">
        <h2>{name}</h2>
        <Chip tone={contractTones[state]} icon={state === 'in_force' ? 'check' : undefined}>{t(`companies.contract.state.${state}`)}</Chip>
      </Row>
      <Facts
        items={[
          [t('companies.contract.dates'), format.civilSpan(contract.starts_on, contract.ends_on)],
          contract.ended_at ? [t('companies.contract.endedAt'), <When key="ended" at={contract.ended_at} />] : null,
          ...contract.coverage.map((line) => [line.category, t('companies.contract.sessions', { count: line.sessions_per_year })] as const),
        ]}
      />
      {children}
    </Card>
  )
}
