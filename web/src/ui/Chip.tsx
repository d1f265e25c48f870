import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { Tag, TagGroup, TagList as AriaTagList } from 'react-aria-components/TagGroup'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import { cx } from './cx'
import { Icon } from './Icon'
import type { IconName } from './icons'
import styles from './Chip.module.css'

export type ChipTone = 'neutral' | 'accent' | 'positive' | 'notice' | 'danger'

/** A word about a thing: its state, its format. The word itself tells; the colour only helps. */
export const Chip = ({ children, tone = 'neutral', icon }: { children: ReactNode; tone?: ChipTone; icon?: IconName }) => (
  <span className={cx(styles.chip, styles[tone])}>
    {icon && <Icon name={icon} size={16} />}
    {children}
  </span>
)

export interface ChipOption<T extends string> {
  id: T
  label: string
}

interface FilterBase<T extends string> {
  /** What is filtered, for assistive technology; also shown when `showLabel`. */
  label: string
  showLabel?: boolean
  options: readonly ChipOption<T>[]
}

/** One of, or none. */
export function FilterChips<T extends string>({ label, showLabel = false, options, value, onChange, required = false }: FilterBase<T> & { value: T | null; onChange: (value: T | null) => void; required?: boolean }) {
  return (
    <div>
      {showLabel && <p className={styles.caption} aria-hidden="true">{label}</p>}
      <ToggleButtonGroup aria-label={label} className={styles.group} selectionMode="single" disallowEmptySelection={required} selectedKeys={value === null ? [] : [value]} onSelectionChange={(keys) => { onChange(([...keys][0] as T | undefined) ?? null) }}>
        {options.map((option) => <ToggleButton key={option.id} id={option.id} className={styles.toggle}>{option.label}</ToggleButton>)}
      </ToggleButtonGroup>
    </div>
  )
}

/** Any of. */
export function MultiFilterChips<T extends string>({ label, showLabel = false, options, value, onChange }: FilterBase<T> & { value: readonly T[]; onChange: (value: T[]) => void }) {
  return (
    <div>
      {showLabel && <p className={styles.caption} aria-hidden="true">{label}</p>}
      <ToggleButtonGroup aria-label={label} className={styles.group} selectionMode="multiple" selectedKeys={value} onSelectionChange={(keys) => { onChange([...keys] as T[]) }}>
        {options.map((option) => (
          <ToggleButton key={option.id} id={option.id} className={styles.toggle}>
            {({ isSelected }) => <>{isSelected && <Icon name="check" size={16} />}{option.label}</>}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  )
}

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
