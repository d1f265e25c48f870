import { cx } from './cx'
import styles from './Avatar.module.css'

const tints = [styles.tint1, styles.tint2, styles.tint3, styles.tint4, styles.tint5, styles.tint6]

/** The same person always has the same tint. */
export const tintOf = (seed: string): number => Array.from(seed).reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973, 7) % tints.length

/** Two letters at most: of the first and the last word. What stands in brackets is a remark, not a name. */
export function initials(name: string): string {
  const words = name.replaceAll(/\([^)]*\)/gu, ' ').split(/\s+/u).filter(Boolean)
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words
  return picked.map((word) => Array.from(word ?? '')[0] ?? '').join('').toLocaleUpperCase()
}

interface Props {
  name: string
  /** Address on this host; without it the initials stand on a tint. */
  src?: string | null
  size?: 'sm' | 'md' | 'lg' | 'xl'
  /** The name is normally beside the picture, which then says nothing more. */
  isDecorative?: boolean
}

export function Avatar({ name, src, size = 'md', isDecorative = true }: Props) {
  if (src) return <img className={cx(styles.avatar, styles[size])} src={src} alt={isDecorative ? '' : name} loading="lazy" decoding="async" />
  return (
    <span className={cx(styles.avatar, styles[size], tints[tintOf(name)])} role={isDecorative ? undefined : 'img'} aria-label={isDecorative ? undefined : name} aria-hidden={isDecorative || undefined}>
      {initials(name)}
    </span>
  )
}
