import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Card, Columns, Facts, Muted, Row, Section, Stack } from '~/ui'
import { Preview } from './Preview'
import type { Category, Consent } from './queries'
import { StatusChip } from './StatusChip'
import { valuesOf } from './values'
import { useFormats, useLengths, useTextOf } from './words'

/** For those of the staff who read the catalogue and do not change it. */
export function ReadOnly({ category, consents }: { category: Category; consents: readonly Consent[] }) {
  const t = useT()
  const format = useFormat()
  const lengths = useLengths()
  const formats = useFormats()
  const textOf = useTextOf()
  const values = valuesOf(category)
  const titles = values.consent_purposes.map((purpose) => consents.find((one) => one.purpose === purpose)?.title ?? purpose)
  return (
    <Columns aside={<Preview values={values} topics={category.topics} consents={consents} />}>
      <Stack gap={5}>
        <Row gap={2}><StatusChip status={category.status} /></Row>
        <Muted>{t('categories.readOnly')}</Muted>
        <Section title={t('categories.about')}>
          <Card>
            <Facts
              items={[
                [t('categories.lengths'), lengths(values.session_lengths_min)],
                [t('categories.formats'), formats(values.formats)],
                [t('categories.interval'), format.duration(values.interval_min)],
                [t('categories.alignment'), t(`categories.alignment.${values.alignment}`)],
                [t('categories.buffers'), t(`categories.buffers.${values.buffer_policy}`)],
                [t('categories.cancel'), values.cancel_free_hours],
                [t('categories.consents'), titles.join(', ') || t('categories.consents.none')],
                [t('categories.clinical'), values.notes_clinical ? t('categories.yes') : t('categories.no')],
                [t('categories.topics.list'), category.topics.map((topic) => textOf(topic.name)).join(', ') || t('categories.topics.none')],
              ]}
            />
          </Card>
        </Section>
      </Stack>
    </Columns>
  )
}
