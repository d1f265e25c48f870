import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import { Icon } from './Icon'
import styles from './Chip.module.css'

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
