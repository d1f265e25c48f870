import { useT } from '~/i18n'
import { lastDay, useFormat } from '~/i18n/format'
import { Button, Chip, Table, type ChipTone, type Column } from '~/ui'
import { isOneForMany } from './codes'
import type { CodeBatch } from './queries'

const states = ['active', 'expired', 'revoked'] as const
type State = (typeof states)[number]
const stateOf = (batch: CodeBatch): State => states.find((state) => state === batch.state) ?? 'revoked'
const tones: Record<State, ChipTone> = { active: 'positive', expired: 'neutral', revoked: 'neutral' }

/** Codes that were made together, one batch a row. */
export function CodeTable({ batches, hasUses, onRevoke }: { batches: readonly CodeBatch[]; hasUses: boolean; onRevoke: (batch: CodeBatch) => void }) {
  const t = useT()
  const format = useFormat()
  const nameOf = (batch: CodeBatch) => batch.label || t('companies.codes.nameless')
  const columns: Column<CodeBatch>[] = [
    { id: 'label', header: t('companies.codes.label'), isRowHeader: true, cell: nameOf },
    {
      id: 'kind', header: t('companies.codes.kind'),
      cell: (batch) => (isOneForMany(batch)
        ? t('companies.codes.kind.shared', { hint: batch.hint ?? '', count: batch.max_uses })
        : t('companies.codes.kind.single', { count: batch.count })),
    },
    ...(hasUses
      ? [{
          id: 'uses', header: t('companies.codes.uses'),
          cell: (batch: CodeBatch) => (batch.uses_at_least == null ? t('companies.fewerThanTen') : t('companies.atLeast', { count: batch.uses_at_least })),
        }]
      : []),
    { id: 'expires', header: t('companies.codes.lastDay'), cell: (batch) => (batch.expires_at == null ? t('companies.codes.never') : format.civilDate(lastDay(batch.expires_at, format.zone))) },
    {
      id: 'state', header: t('companies.codes.state'),
      cell: (batch) => (
        <Chip tone={tones[stateOf(batch)]}>
          {batch.revoked > 0 && batch.revoked < batch.count
            ? t('companies.codes.state.partly', { state: t(`companies.codes.state.${stateOf(batch)}`), count: batch.revoked })
            : t(`companies.codes.state.${stateOf(batch)}`)}
        </Chip>
      ),
    },
    {
      id: 'act', header: t('companies.codes.act'),
      cell: (batch) => batch.state === 'active' && (
        <Button variant="quiet" aria-label={t('companies.codes.revoke.of', { name: nameOf(batch) })} onPress={() => { onRevoke(batch) }}>
          {t('companies.codes.revoke')}
        </Button>
      ),
    },
  ]
  return <Table label={t('companies.codes')} columns={columns} rows={batches} rowKey={(batch) => batch.id} />
}
