import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { Tag, TagGroup, TagList as AriaTagList } from 'react-aria-components/TagGroup'
import type { ChipOption } from './FilterChips'
import { Icon } from './Icon'
import styles from './Chip.module.css'

/** Chosen things, each removable by a press or by Delete. */
export function TagList<T extends string>({ label, items, onRemove }: { label: string; items: readonly ChipOption<T>[]; onRemove: (id: T) => void }) {
  return (
    <TagGroup onRemove={(keys) => { keys.forEach((key) => { onRemove(key as T) }) }}>
      <Label className={styles.hidden}>{label}</Label>
      <AriaTagList items={items} className={styles.group}>
        {(item) => (
          <Tag id={item.id} textValue={item.label} className={styles.tag}>
            {item.label}
            <Button slot="remove" className={styles.remove}><Icon name="close" size={16} /></Button>
          </Tag>
        )}
      </AriaTagList>
    </TagGroup>
  )
}
