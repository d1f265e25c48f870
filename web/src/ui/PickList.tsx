import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { Icon } from './Icon'
import styles from './PickList.module.css'

export interface PickListItem {
  id: string
  name: string
  about?: string | undefined
  leading?: ReactNode
}

interface PickListProps {
  label: string
  picks: readonly PickListItem[]
  /** Which one is under way. */
  pending: string | undefined
  onPick: (id: string) => void
}

/** One of several by one tap; the whole row is the target. */
export function PickList({ label, picks, pending, onPick }: PickListProps) {
  // The second click of a double one falls on what the first has brought: nobody has read it yet, so it is no choice. How often was clicked a press does not say.
  const pick = (id: string, clicks: number) => { if (pending === undefined && clicks < 2) onPick(id) }
  return (
    <ul className={styles.list} aria-label={label}>
      {picks.map((one) => (
        <li key={one.id}>
          <Button className={styles.pick} isPending={pending === one.id} onClick={(event) => { pick(one.id, event.detail) }}>
            {one.leading}
            <span className={styles.words}>
              <span className={styles.name}>{one.name}</span>
              {one.about !== undefined && <span className={styles.about}>{one.about}</span>}
            </span>
            <Icon name="forward" size={20} />
          </Button>
        </li>
      ))}
    </ul>
  )
}
