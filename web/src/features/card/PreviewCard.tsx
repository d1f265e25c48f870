// The card as an employee sees it: what the server would show, with what is typed here and not yet saved laid over it.
import { useQuery } from '@tanstack/react-query'
import { useLang, useT, type Lang } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Avatar, Card as Surface, Chip, Facts, Icon, Loaded, Muted, Row, Section, Stack, TextSkeleton } from '~/ui'
import { previewQuery, type Card, type Preview } from './queries'
import { amongAll, formats, isUnsaved, languages, textFor, type Values } from './values'

interface Props {
  card: Card
  values: Values
  /** False in a dialog, which has the title. */
  isTitled?: boolean
}

/** Only fields the operator has let into are shown, and only their topics. */
function withTyped(preview: Preview, card: Card, values: Values, lang: Lang): Preview {
  const text = (texts: Partial<Values['about']>) => textFor({ ru: '', kk: '', en: '', ...texts }, lang)
  const granted = card.choices.filter((choice) => card.categories.includes(choice.id) && values.categories.includes(choice.id))
  return {
    ...preview,
    display_name: values.display_name,
    gender: values.gender,
    languages: values.languages,
    formats: values.formats,
    headline: text(values.headline),
    about: text(values.about),
    approaches: values.approaches,
    practising_since: values.practising_since,
    categories: granted.map((choice) => text(choice.name)),
    topics: granted.flatMap((choice) => choice.topics).filter((topic) => values.topics.includes(topic.id)).map((topic) => text(topic.name)),
  }
}

export function PreviewCard({ card, values, isTitled = true }: Props) {
  const t = useT()
  const lang = useLang()
  const query = useQuery(previewQuery)
  const shown = (
    <Loaded query={query} skeleton={<TextSkeleton lines={8} />}>
      {(preview) => (
        <Stack gap={3}>
          <Muted small>{t(isUnsaved(values, card) ? 'card.preview.unsaved' : 'card.preview.text')}</Muted>
          <Surface><Shown preview={isUnsaved(values, card) ? withTyped(preview, card, values, lang) : preview} /></Surface>
        </Stack>
      )}
    </Loaded>
  )
  return isTitled ? <Section title={t('card.preview')}>{shown}</Section> : shown
}

function Shown({ preview }: { preview: Preview }) {
  const t = useT()
  const format = useFormat()
  return (
    <Stack gap={4}>
      <Row align="start">
        <Avatar name={preview.display_name} src={preview.photo} size="xl" />
        <Stack gap={1}>
          <h3>{preview.display_name}</h3>
          {preview.headline === '' ? <Muted>{t('card.preview.noHeadline')}</Muted> : <p>{preview.headline}</p>}
        </Stack>
      </Row>
      <Facts items={[
        preview.categories.length > 0 && [t('card.preview.categories'), format.list(preview.categories)],
        preview.languages.length > 0 && [t('card.preview.languages'), format.list(amongAll(languages, preview.languages).map((one) => t(`card.language.${one}`)))],
        preview.gender !== 'undisclosed' && [t('card.preview.gender'), t(preview.gender === 'female' ? 'card.gender.female' : 'card.gender.male')],
        preview.formats.length > 0 && [t('card.preview.formats'), format.names(amongAll(formats, preview.formats).map((one) => t(`card.format.${one}`)))],
        preview.practising_since ? [t('card.preview.since'), t('card.preview.sinceYear', { year: String(preview.practising_since) })] : null,
      ]} />
      {preview.about !== '' && <Section level={3} title={t('card.preview.about')}>{preview.about.split(/\n+/).map((part, index) => <p key={index}>{part}</p>)}</Section>}
      {preview.topics.length > 0 && <Section level={3} title={t('card.topics')}><Row gap={2}>{preview.topics.map((topic) => <Chip key={topic}>{topic}</Chip>)}</Row></Section>}
      {preview.approaches.length > 0 && <Section level={3} title={t('card.approaches')}><Row gap={2}>{preview.approaches.map((one) => <Chip key={one}>{one}</Chip>)}</Row></Section>}
      {preview.education.length > 0 && (
        <Section level={3} title={t('card.education')}>
          <Row gap={1}><Icon name="check" size={16} /><Muted small>{t('card.preview.checked')}</Muted></Row>
          <Facts items={preview.education.map((one) => [String(one.year), [one.title, one.institution, one.hours ? t('card.education.hoursOf', { count: one.hours }) : ''].filter(Boolean).join(', ')] as const)} />
        </Section>
      )}
    </Stack>
  )
}
