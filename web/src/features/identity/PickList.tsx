import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { Icon } from '~/ui'
import styles from './PickList.module.css'

export interface Pick {
  id: string
  name: string
  about?: string | undefined
  leading?: ReactNode
}

interface Props {
  label: string
  picks: readonly Pick[]
  /** Which one is under way. */
  pending: string | undefined
  onPick: (id: string) => void
}

/** One of several by one tap; the whole row is the target. */
export function PickList({ label, picks, pending, onPick }: Props) {
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
