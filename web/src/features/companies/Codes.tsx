import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '~/i18n'
import { Banner, Button, EmptyState, FilterChips, Loaded, Row, Stack } from '~/ui'
import { CodeTable } from './CodeTable'
import { MadeCodesDialog } from './MadeCodesDialog'
import { MakeCodesDialog } from './MakeCodesDialog'
import { codesQuery, isHr, type Kept } from './keeping'
import type { CodeBatch, MadeCodes } from './queries'
import { RevokeDialog } from './RevokeDialog'

const states = ['active', 'expired', 'revoked'] as const
type Shown = (typeof states)[number] | 'all'

/** Access codes of a company: by batches and their state, never by people. */
export default function Codes({ company }: { company: Kept }) {
  const t = useT()
  const query = useQuery(codesQuery(company))
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<MadeCodes>()
  const [revoked, setRevoked] = useState<CodeBatch>()
  const make = () => { setMaking(true) }
  const canMake = !company.is_archived
  const isCovered = company.contracts.some((contract) => contract.state === 'in_force')
  return (
    <Stack gap={4}>
      {!isCovered && canMake && <Banner tone="notice">{t('companies.codes.uncovered')}</Banner>}
      <Loaded
        query={query}
        empty={({ batches }) => batches.length === 0 && (
          <EmptyState icon="key" title={t('companies.codes.none')} action={canMake && <Button icon="key" onPress={make}>{t('companies.codes.make')}</Button>}>
            <p>{t('companies.codes.none.text')}</p>
          </EmptyState>
        )}
      >
        {({ batches }) => (
          <>
            {canMake && <Row><Button icon="key" onPress={make}>{t('companies.codes.make')}</Button></Row>}
            <Batches batches={batches} hasUses={!isHr(company)} onRevoke={setRevoked} />
          </>
        )}
      </Loaded>
      <MakeCodesDialog
        company={company} isOpen={isMaking} onClose={() => { setMaking(false) }}
        onMade={(codes) => {
          setMaking(false)
          setMade(codes)
        }}
      />
      <MadeCodesDialog company={company} made={made} onClose={() => { setMade(undefined) }} />
      <RevokeDialog company={company} batch={revoked} onClose={() => { setRevoked(undefined) }} />
    </Stack>
  )
}

function Batches({ batches, hasUses, onRevoke }: { batches: readonly CodeBatch[]; hasUses: boolean; onRevoke: (batch: CodeBatch) => void }) {
  const t = useT()
  const [shown, setShown] = useState<Shown>('active')
  const found = batches.filter((batch) => shown === 'all' || batch.state === shown)
  return (
    <Stack gap={4}>
      <FilterChips
        label={t('companies.codes.shown')} required value={shown} onChange={(state) => { setShown(state ?? 'all') }}
        options={[...states, 'all' as const].map((state) => ({ id: state, label: t(`companies.codes.shown.${state}`) }))}
      />
      {found.length === 0
        ? <EmptyState icon="key" title={t('companies.codes.noneSuch')} />
        : <CodeTable batches={found} hasUses={hasUses} onRevoke={onRevoke} />}
    </Stack>
  )
}
