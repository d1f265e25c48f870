import { among } from '~/api/among'
import { useLang, useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Avatar, Card as Surface, Chip, Facts, Money, Muted, Row, Section, Stack } from '~/ui'
import type { Card } from './queries'
import styles from './specialists.module.css'
import { amongAll, formats, genders, langs, languages, textFor } from './words'

/** The card as it was filled, in every language. */
export function CardContent({ card }: { card: Card }) {
  const t = useT()
  const format = useFormat()
  const none = <Muted>{t('specialists.notFilled')}</Muted>
  const gender = among(genders, card.gender) ?? 'undisclosed'
  return (
    <Section title={t('specialists.card')}>
      <Surface>
        <Stack gap={5}>
          <Row align="start" gap={5}>
            <Avatar name={card.display_name} src={card.photo} size="xl" isDecorative={false} />
            {!card.photo && <Muted>{t('specialists.noPhoto')}</Muted>}
          </Row>
          <Facts items={[
            [t('specialists.languages'), card.languages.length > 0 ? format.list(amongAll(languages, card.languages).map((one) => t(`specialists.language.${one}`))) : none],
            [t('specialists.formats'), card.formats.length > 0 ? format.names(amongAll(formats, card.formats).map((one) => t(`specialists.format.${one}`))) : none],
            [t('specialists.gender'), t(`specialists.gender.${gender}`)],
            [t('specialists.since'), card.practising_since ? String(card.practising_since) : none],
            [t('specialists.price'), card.price_minor == null ? none : <Money minor={card.price_minor} currency={card.price_currency} />],
          ]} />
          <Texts card={card} />
          <Topics card={card} />
          <Section level={3} title={t('specialists.approaches')}>
            {card.approaches.length > 0 ? <Row gap={2}>{card.approaches.map((one) => <Chip key={one}>{one}</Chip>)}</Row> : none}
          </Section>
        </Stack>
      </Surface>
    </Section>
  )
}

function Texts({ card }: { card: Card }) {
  const t = useT()
  const filled = langs.filter((lang) => Boolean(card.headline[lang]) || Boolean(card.about[lang]))
  if (filled.length === 0) return <Section level={3} title={t('specialists.texts')}><Muted>{t('specialists.notFilled')}</Muted></Section>
  return filled.map((lang) => (
    <Section key={lang} level={3} title={t(`specialists.texts.${lang}`)}>
      <div lang={lang}>
        <Stack gap={2}>
          <p><strong>{card.headline[lang] || t('specialists.notFilled')}</strong></p>
          <p className={styles.words}>{card.about[lang] || t('specialists.notFilled')}</p>
        </Stack>
      </div>
    </Section>
  ))
}

function Topics({ card }: { card: Card }) {
  const t = useT()
  const lang = useLang()
  const own = card.choices.filter((choice) => card.categories.includes(choice.id) || card.requested_categories.includes(choice.id))
  return (
    <Section level={3} title={t('specialists.topics')}>
      {own.length === 0 && <Muted>{t('specialists.noCategory')}</Muted>}
      {own.map((choice) => {
        const topics = choice.topics.filter((topic) => card.topics.includes(topic.id))
        return (
          <Stack key={choice.id} gap={2}>
            <Row gap={2}>
              <p>{textFor(choice.name, lang)}</p>
              {card.requested_categories.includes(choice.id) && <Chip tone="accent">{t('specialists.requested')}</Chip>}
            </Row>
            {topics.length > 0 ? <Row gap={2}>{topics.map((topic) => <Chip key={topic.id}>{textFor(topic.name, lang)}</Chip>)}</Row> : <Muted small>{t('specialists.noTopics')}</Muted>}
          </Stack>
        )
      })}
    </Section>
  )
}
