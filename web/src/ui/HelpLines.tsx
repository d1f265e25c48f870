// Phones for somebody who cannot wait: on the page for everybody, and where the administrator edits them.
import { useT, type Lang } from '~/i18n'
import { Card } from './Card'
import { AnchorButton } from './LinkButton'
import styles from './HelpLines.module.css'

export interface HelpLine {
  id: string
  /** As people write it; dialled without spaces and hyphens. */
  number: string
  /** A short number that works from mobiles. */
  short?: string | null | undefined
  name: Readonly<Partial<Record<Lang, string>>>
  about: Readonly<Partial<Record<Lang, string>>>
}

/** The address for a call: only digits and a leading plus reach the dialler. */
export const dial = (number: string): string => `tel:${number.replaceAll(/[^\d+]/g, '')}`

/** The first is the most general and stands out. `level` is that of the headings around. */
export function HelpLines({ lines, lang, level = 2 }: { lines: readonly HelpLine[]; lang: Lang; level?: 2 | 3 | 4 }) {
  const t = useT()
  const Heading = `h${String(level)}` as 'h2' | 'h3' | 'h4'
  return (
    <ul className={styles.lines}>
      {lines.map(({ id, number, short, name, about }, index) => (
        <Card key={id} as="li" tone={index === 0 ? 'accent' : 'surface'}>
          <div className={styles.line} lang={lang}>
            <div>
              <Heading className={styles.name}>{name[lang]}</Heading>
              <p className={styles.about}>{about[lang]}{short && `. ${t('ui.help.alsoFrom', { number: short })}`}</p>
            </div>
            <AnchorButton href={dial(number)} icon="phone" variant={index === 0 ? 'primary' : 'secondary'} aria-label={`${t('ui.help.call', { number })}. ${name[lang] ?? ''}`}>
              <span className={styles.number}>{number}</span>
            </AnchorButton>
          </div>
        </Card>
      ))}
    </ul>
  )
}
