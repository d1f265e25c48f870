import { useState } from 'react'
import { useT } from '~/i18n'
import { Button, FieldGroup, Section, Stack, type FormState } from '~/ui'
import { EducationDialog } from './EducationDialog'
import { EducationEntry } from './EducationEntry'
import type { Card } from './queries'
import type { Values } from './values'

/** Degrees and courses. Each is sent by itself; people see those whose document was checked. */
export function EducationList({ card, form }: { card: Card; form: FormState<Values> }) {
  const t = useT()
  const [isAdding, setAdding] = useState(false)
  return (
    <Section title={t('card.education')}>
      <FieldGroup label={t('card.education.label')} hint={t('card.education.hint')} name="education" error={form.errorAt('education')}>
        <Stack gap={3}>
          {card.education.map((entry) => (
            <EducationEntry key={entry.id} entry={entry} error={form.errorAt('education_document')} onMended={() => { form.forgive('education_document') }} />
          ))}
          <div><Button icon="plus" onPress={() => { setAdding(true) }}>{t('card.education.add')}</Button></div>
        </Stack>
      </FieldGroup>
      {isAdding && <EducationDialog onClose={() => { setAdding(false) }} onSaved={() => { form.forgive('education') }} />}
    </Section>
  )
}
