import { useT } from '~/i18n'
import { Banner, Facts, Section, Stack, Table } from '~/ui'
import type { RosterMode, RosterReport } from './queries'

const faults = ['no_address', 'not_an_email', 'formula'] as const
type Fault = (typeof faults)[number]
const faultOf = (code: string): Fault => faults.find((fault) => fault === code) ?? 'not_an_email'

/** What a file would do: figures, and the lines that are left out. */
export function Report({ report, mode }: { report: RosterReport; mode: RosterMode }) {
  const t = useT()
  const shown = report.foreign.reduce((sum, { people }) => sum + people, 0)
  const isNoneTaken = report.fault_count === report.lines
  const lines = [
    ...report.faults.map(({ line, code, value }) => ({ line, value, what: t(`companies.roster.fault.${faultOf(code)}`) })),
    ...report.repeats.map(({ line, first, address }) => ({ line, value: address, what: t('companies.roster.fault.repeated', { first }) })),
  ].toSorted((a, b) => a.line - b.line)
  return (
    <Section title={t('companies.roster.report')}>
      <Stack gap={4}>
        <Facts
          items={[
            [t('companies.roster.lines'), report.lines],
            [t('companies.roster.added'), report.added],
            [t('companies.roster.removed'), report.removed],
            report.repeated > 0 && [t('companies.roster.repeated'), report.repeated],
            report.put_off > 0 && [t('companies.roster.putOff'), report.put_off],
            report.fault_count > 0 && [t('companies.roster.faults'), report.fault_count],
            [t('companies.roster.after'), report.size],
          ]}
        />
        {report.foreign_count > 0 && (
          <Banner tone="notice" title={t('companies.roster.foreign', { count: report.foreign_count })}>
            {t('companies.roster.foreign.text', { domains: report.foreign.map(({ domain, people }) => `${domain} (${String(people)})`).join(', ') })}
            {shown < report.foreign_count && ` ${t('companies.roster.foreign.more')}`}
          </Banner>
        )}
        {report.unlisted > 0 && <Banner tone="notice" title={t('companies.roster.unlisted', { count: report.unlisted })}>{t('companies.roster.unlisted.text')}</Banner>}
        {report.put_off > 0 && <Banner tone="notice">{t('companies.roster.putOff.text', { count: report.put_off })}</Banner>}
        {report.fault_count > 0 && (
          <Banner tone={isNoneTaken ? 'danger' : 'notice'} title={t('companies.roster.leftOut', { count: report.fault_count })}>
            {isNoneTaken ? t('companies.roster.noneTaken') : mode === 'replace' ? t('companies.roster.leftOut.replace') : t('companies.roster.leftOut.text')}
            {report.repeated > 0 && ` ${t('companies.roster.leftOut.repeated', { count: report.repeated })}`}
            {report.faults.length < report.fault_count && ` ${t('companies.roster.firstShown', { count: report.faults.length })}`}
          </Banner>
        )}
        {lines.length > 0 && (
          <Table
            label={t('companies.roster.faultTable')} rows={lines} rowKey={({ line }) => String(line)}
            columns={[
              { id: 'line', header: t('companies.roster.line'), isRowHeader: true, cell: ({ line }) => t('companies.roster.lineNo', { line }) },
              { id: 'value', header: t('companies.roster.inColumn'), cell: ({ value }) => value },
              { id: 'what', header: t('companies.roster.what'), cell: ({ what }) => what },
            ]}
          />
        )}
      </Stack>
    </Section>
  )
}
