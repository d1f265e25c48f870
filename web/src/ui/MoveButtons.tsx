// Up and down in a list, by hand or by keyboard. The buttons say where the thing is; after a move the focus goes with it, and so it is heard.
import { useEffect, useRef } from 'react'
import { useT } from '~/i18n'
import { IconButton } from './Button'
import styles from './MoveButtons.module.css'

interface Props {
  /** What is moved, for the buttons' names. */
  name: string
  index: number
  count: number
  /** To which place; only places that exist. */
  onMove: (to: number) => void
}

export function MoveButtons({ name, index, count, onMove }: Props) {
  const t = useT()
  const up = useRef<HTMLButtonElement>(null)
  const down = useRef<HTMLButtonElement>(null)
  const moved = useRef<'up' | 'down'>(null)
  useEffect(() => {
    const [first, second] = moved.current === 'up' ? [up, down] : [down, up]
    // At the end of the list the button just pressed is off.
    if (moved.current !== null) (first.current?.disabled === true ? second : first).current?.focus()
    moved.current = null
  }, [index])
  const move = (way: 'up' | 'down') => {
    moved.current = way
    onMove(way === 'up' ? index - 1 : index + 1)
  }
  const place = { name, at: index + 1, count }
  return (
    <span className={styles.pair}>
      <IconButton ref={up} icon="up" label={t('ui.move.up', place)} isDisabled={index === 0} onPress={() => { move('up') }} />
      <IconButton ref={down} icon="down" label={t('ui.move.down', place)} isDisabled={index === count - 1} onPress={() => { move('down') }} />
    </span>
  )
}

/** The list with one of its things in another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, index) => index !== from)
  const one = list.slice(from, from + 1)
  return [...rest.slice(0, to), ...one, ...rest.slice(to)]
}
