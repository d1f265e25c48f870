import { useT } from '~/i18n'
import { minorDigits } from '~/i18n/format'
import { Button, CheckboxGroup, Form, Grid, Muted, NumberField, RadioGroup, Row, Section, Stack, TagsField, TextField, WordsField } from '~/ui'
import { CategoriesField } from './CategoriesField'
import { EducationList } from './EducationList'
import { PhotoField } from './PhotoField'
import type { Card } from './queries'
import { TextsByLanguage } from './TextsByLanguage'
import type { CardForm } from './useCardForm'
import { formats, genders, languages } from './values'

const LIMITS = { name: 80, approaches: 12, approach: 60, firstYear: 1950, priceMinor: 100_000_000 } as const

/** NaN while a number is empty. */
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** Everything of a card, in the order in which one tells about oneself. */
export function CardFields({ card, editing: { form, handIn } }: { card: Card; editing: CardForm }) {
  const t = useT()
  const isDraft = card.status === 'draft'
  const isNameFixed = card.status === 'submitted' || card.status === 'published'
  const nameHint = card.status === 'submitted' ? 'card.name.submitted' : isNameFixed ? 'card.name.checked' : 'card.name.hint'
  const chosen = card.choices.filter((choice) => form.values.categories.includes(choice.id))
  const isHeld = (format: string) => chosen.length === 0 || chosen.some((choice) => choice.formats.includes(format))
  const scale = 10 ** minorDigits(card.price_currency)
  return (
    <Form form={form}>
      <Stack gap={7}>
        <Section title={t('card.who')}>
          <PhotoField card={card} error={form.errorAt('photo')} onMended={() => { form.forgive('photo') }} />
          <TextField label={t('card.name')} hint={t(nameHint)} isReadOnly={isNameFixed} maxLength={LIMITS.name} autoComplete="name" {...form.field('display_name')} />
          <RadioGroup label={t('card.gender')} hint={t('card.gender.hint')} options={genders.map((id) => ({ id, label: t(`card.gender.${id}`) }))} {...form.field('gender')} />
          <TagsField label={t('card.languages')} hint={t('card.languages.hint')} options={languages.map((id) => ({ id, label: t(`card.language.${id}`) }))} {...form.field('languages')} />
          <NumberField
            label={t('card.since')} hint={t('card.since.hint')} min={LIMITS.firstYear} max={new Date().getFullYear()} format={{ useGrouping: false }}
            {...form.field('practising_since')} value={form.values.practising_since ?? NaN} onChange={(year) => { form.set('practising_since', orNull(year)) }}
          />
        </Section>
        <Section title={t('card.texts')}>
          <TextsByLanguage form={form} />
          <WordsField label={t('card.approaches')} hint={t('card.approaches.hint')} optional max={LIMITS.approaches} maxLength={LIMITS.approach} {...form.field('approaches')} />
        </Section>
        <Section title={t('card.work')}>
          <CategoriesField card={card} form={form} />
          <CheckboxGroup label={t('card.formats')} options={formats.map((id) => ({ id, label: t(`card.format.${id}`), ...(!isHeld(id) && { hint: t('card.format.unused') }) }))} {...form.field('formats')} />
          <Grid min={15}>
            <NumberField
              label={t('card.price')} hint={t('card.price.hint')} optional min={0} max={LIMITS.priceMinor / scale} format={{ style: 'currency', currency: card.price_currency, maximumFractionDigits: 0 }}
              {...form.field('price_minor')} value={form.values.price_minor === null ? NaN : form.values.price_minor / scale}
              onChange={(price) => { form.set('price_minor', Number.isNaN(price) ? null : Math.round(price * scale)) }}
            />
          </Grid>
        </Section>
        <EducationList card={card} form={form} />
        <Stack gap={3}>
          <Row>
            {isDraft && <Button variant="primary" icon="send" isPending={form.isPending} onPress={handIn}>{t('card.handIn')}</Button>}
            <Button type="submit" variant={isDraft ? 'secondary' : 'primary'} isPending={form.isPending}>{t('card.save')}</Button>
          </Row>
          <Muted small>{t(isDraft ? 'card.handIn.hint' : 'card.save.hint')}</Muted>
        </Stack>
      </Stack>
    </Form>
  )
}
