import { useLang, useT } from '~/i18n'
import { Banner, CheckboxGroup, FieldGroup, MultiFilterChips, Muted, Stack, type FormState } from '~/ui'
import type { Card, Choice } from './queries'
import { textFor, type Values } from './values'

/** Fields of work and, under each, its topics. The operator lets into a field; leaving one needs nobody, and is told. */
export function CategoriesField({ card, form }: { card: Card; form: FormState<Values> }) {
  const t = useT()
  const lang = useLang()
  const name = (thing: { name: Choice['name'] }) => textFor({ ru: '', kk: '', en: '', ...thing.name }, lang)
  const { categories, topics } = form.values
  const chosen = card.choices.filter((choice) => categories.includes(choice.id))
  const left = card.choices.filter((choice) => card.categories.includes(choice.id) && !categories.includes(choice.id))
  const choose = (ids: string[]) => {
    form.set('categories', ids)
    const known = card.choices.filter((choice) => ids.includes(choice.id)).flatMap((choice) => choice.topics.map((topic) => topic.id))
    form.set('topics', topics.filter((id) => known.includes(id)))
  }
  return (
    <Stack>
      <CheckboxGroup
        label={t('card.categories')} hint={t('card.categories.hint')} look="cards" {...form.field('categories')} onChange={choose}
        options={card.choices.map((choice) => ({
          id: choice.id, label: name(choice), icon: choice.icon,
          ...(categories.includes(choice.id) && !card.categories.includes(choice.id) && { hint: t('card.categories.asked') }),
        }))}
      />
      {left.length > 0 && <Banner tone="notice" announce>{t('card.categories.leaving', { names: left.map(name).join(', ') })}</Banner>}
      <FieldGroup label={t('card.topics')} hint={t('card.topics.hint')} name="topics" error={form.errorAt('topics')}>
        {chosen.length === 0 && <Muted>{t('card.topics.none')}</Muted>}
        {chosen.map((choice) => {
          const own = choice.topics.map((topic) => topic.id)
          return (
            <MultiFilterChips
              key={choice.id} label={name(choice)} showLabel options={choice.topics.map((topic) => ({ id: topic.id, label: name(topic) }))}
              value={topics.filter((id) => own.includes(id))} onChange={(ids) => { form.set('topics', [...topics.filter((id) => !own.includes(id)), ...ids]) }}
            />
          )
        })}
      </FieldGroup>
    </Stack>
  )
}
