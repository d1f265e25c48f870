import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand, type components } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Card, Chip, Confirm, CopyField, Facts, Loaded, Muted, RadioGroup, Row, Section, Stack, toast } from '~/ui'
import { forEyes } from './fingerprint'
import { useCompaniesChanged, type Company } from './queries'

type Found = components['schemas']['PassesView']
type Months = '1' | '3' | '6' | '12'

const lengths: readonly Months[] = ['1', '3', '6', '12']
const monthsOf = (found: Found): Months => lengths.find((one) => one === String(found.months)) ?? '3'

const passesQuery = (id: string) =>
  queryOptions({
    queryKey: ['companies', 'passes', id],
    queryFn: () => data(api.GET('/api/operator/companies/{id}/passes', { params: { path: { id } } })),
  })

/** Whether newcomers enter with passes, which say that they may and not who they are; what that means; and the keys that sign. */
export default function Passes({ company }: { company: Company }) {
  const t = useT()
  const query = useQuery(passesQuery(company.id))
  return (
    <Loaded query={query}>
      {(found) => (
        <Stack gap={6}>
          <Muted>{t('companies.passes.text')}</Muted>
          {found.has_sso && <Banner title={t('companies.passes.sso')}>{t('companies.passes.sso.text')}</Banner>}
          {found.is_small && <Banner tone="notice" title={t('companies.passes.small')}>{t('companies.passes.small.text')}</Banner>}
          <Standing company={company} found={found} />
          <Meaning />
          {found.keys.length > 0 && <Keys found={found} />}
        </Stack>
      )}
    </Loaded>
  )
}

function Standing({ company, found }: { company: Company; found: Found }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const [months, setMonths] = useState<Months>(monthsOf(found))
  const [asked, setAsked] = useState<{ is_on: boolean }>()
  const [last, setLast] = useState(asked)
  if (asked && asked !== last) setLast(asked)
  const set = useCommand(
    (wish: { is_on: boolean }, key) => data(api.PUT('/api/operator/companies/{id}/passes', {
      params: { path: { id: company.id } }, body: { is_on: wish.is_on, months: Number(months) }, headers: idempotent(key),
    })),
    { onSettled: changed, onSuccess: () => { toast(t('companies.passes.saved')) } },
  )
  const isStopping = last?.is_on === false
  const isOtherLength = months !== monthsOf(found)
  const title = isStopping ? 'companies.passes.stop.title' : found.is_on ? 'companies.passes.length.title' : 'companies.passes.start.title'
  const confirm = isStopping ? 'companies.passes.stop' : found.is_on ? 'companies.passes.length.save' : 'companies.passes.start'
  return (
    <Card>
      <Stack gap={4}>
        <Row gap={2}>{found.is_on ? <Chip tone="positive" icon="check">{t('companies.passes.on')}</Chip> : <Chip>{t(found.was_on ? 'companies.passes.wasOn' : 'companies.passes.off')}</Chip>}</Row>
        <RadioGroup
          label={t('companies.passes.months')} hint={t('companies.passes.months.hint')} value={months} onChange={setMonths} isDisabled={company.is_archived}
          options={lengths.map((one) => ({ id: one, label: t('companies.passes.months.count', { count: Number(one) }) }))}
        />
        {!company.is_archived && (
          <Row gap={2}>
            {found.is_on
              ? (
                <>
                  {isOtherLength && <Button variant="primary" onPress={() => { setAsked({ is_on: true }) }}>{t('companies.passes.length.save')}</Button>}
                  <Button variant="quiet" onPress={() => { setAsked({ is_on: false }) }}>{t('companies.passes.stop')}</Button>
                </>
                )
              : <Button variant="primary" icon="lock" onPress={() => { setAsked({ is_on: true }) }}>{t('companies.passes.start')}</Button>}
          </Row>
        )}
      </Stack>
      <Confirm
        title={t(title)} confirm={t(confirm)} isOpen={asked !== undefined} onClose={() => { setAsked(undefined) }}
        onConfirm={() => (last ? set.mutateAsync(last) : undefined)}
      >
        <p>{t(isStopping ? 'companies.passes.stop.text' : found.is_on ? 'companies.passes.length.text' : 'companies.passes.start.text')}</p>
      </Confirm>
    </Card>
  )
}

/** What changes by it, in plain words. */
function Meaning() {
  const t = useT()
  return (
    <Section title={t('companies.passes.means')}>
      <Facts
        items={[
          [t('companies.passes.means.people'), t('companies.passes.means.people.text')],
          [t('companies.passes.means.leavers'), t('companies.passes.means.leavers.text')],
          [t('companies.passes.means.quota'), t('companies.passes.means.quota.text')],
          [t('companies.passes.means.codes'), t('companies.passes.means.codes.text')],
          [t('companies.passes.means.limits'), t('companies.passes.means.limits.text')],
        ]}
      />
    </Section>
  )
}

function Keys({ found }: { found: Found }) {
  const t = useT()
  const format = useFormat()
  return (
    <Section title={t('companies.passes.keys')}>
      <Stack gap={4}>
        <Muted>{t('companies.passes.keys.text')}</Muted>
        {found.keys.map((key) => (
          <CopyField
            key={key.fingerprint} value={forEyes(key.fingerprint)}
            label={t('companies.passes.key', { from: format.civilDate(key.starts_on), to: format.civilDate(key.ends_on), until: format.civilDate(key.lets_in_until) })}
          />
        ))}
      </Stack>
    </Section>
  )
}
