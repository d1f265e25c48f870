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
  return (
    <ul className={styles.list} aria-label={label}>
      {picks.map((pick) => (
        <li key={pick.id}>
          <Button className={styles.pick} isPending={pending === pick.id} onPress={() => { if (pending === undefined) onPick(pick.id) }}>
            {pick.leading}
            <span className={styles.words}>
              <span className={styles.name}>{pick.name}</span>
              {pick.about !== undefined && <span className={styles.about}>{pick.about}</span>}
            </span>
            <Icon name="forward" size={20} />
          </Button>
        </li>
      ))}
    </ul>
  )
}
