// What a company's HR must know where people enter with passes: what its list and codes mean then, until when, and by which key. No figure.
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { CopyField, Disclosure, Facts, Muted, Section, Stack } from '~/ui'
import { forEyes } from '../fingerprint'
import type { OwnCompany } from '../queries'

export function OwnPasses({ passes }: { passes: NonNullable<OwnCompany['passes']> }) {
  const t = useT()
  const format = useFormat()
  const { key } = passes
  const until = key ? format.civilDate(key.lets_in_until) : undefined
  return (
    <Section title={t('companies.own.passes')}>
      <Stack gap={4}>
        <p>{t(passes.is_on ? 'companies.own.passes.on' : 'companies.own.passes.off')}</p>
        {key && (
          <>
            <Facts
              items={[
                [t('companies.own.passes.period'), t('companies.own.passes.period.text', { from: format.civilDate(key.starts_on), to: format.civilDate(key.ends_on) })],
                [t('companies.own.passes.until'), t('companies.own.passes.until.text', { date: format.civilDate(key.lets_in_until) })],
              ]}
            />
            <Stack gap={1}>
              <CopyField label={t('companies.own.passes.key')} value={forEyes(key.fingerprint)} />
              <Muted small>{t('companies.own.passes.key.text')}</Muted>
            </Stack>
          </>
        )}
        <Disclosure title={t('companies.own.passes.means')}>
          <Facts
            items={[
              [t('companies.passes.means.leavers'), until === undefined ? t('companies.passes.means.leavers.text') : t('companies.own.passes.leavers', { date: until })],
              [t('companies.own.passes.revoked'), until === undefined ? t('companies.codes.revoke.text.passes') : t('companies.own.passes.revoked.text', { date: until })],
              [t('companies.passes.means.codes'), t('companies.passes.means.codes.text')],
              [t('companies.passes.means.people'), t('companies.passes.means.people.text')],
            ]}
          />
        </Disclosure>
      </Stack>
    </Section>
  )
}
