import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import { useEffect, useRef } from 'react'
import { cx } from './cx'
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
  /** On phones one row which scrolls sideways: for choices that stand above what one came for. */
  oneLine?: boolean
  options: readonly ChipOption<T>[]
}

/** In a row that scrolls, what is chosen at first is brought into view, without moving the page. */
function useChosenInView(isOn: boolean) {
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const [line, chosen] = [row.current, row.current?.querySelector<HTMLElement>('[data-selected]')]
    if (isOn && line && chosen) line.scrollLeft = chosen.offsetLeft - line.offsetLeft - line.clientWidth / 3
  }, [isOn])
  return row
}

/** One of, or none. */
export function FilterChips<T extends string>({ label, showLabel = false, oneLine = false, options, value, onChange, required = false }: FilterBase<T> & { value: T | null; onChange: (value: T | null) => void; required?: boolean }) {
  const row = useChosenInView(oneLine)
  return (
    <div>
      {showLabel && <p className={styles.caption} aria-hidden="true">{label}</p>}
      <ToggleButtonGroup ref={row} aria-label={label} className={cx(styles.group, oneLine && styles.oneLine)} selectionMode="single" disallowEmptySelection={required} selectedKeys={value === null ? [] : [value]} onSelectionChange={(keys) => { onChange(([...keys][0] as T | undefined) ?? null) }}>
        {options.map((option) => <ToggleButton key={option.id} id={option.id} className={styles.toggle}>{option.label}</ToggleButton>)}
      </ToggleButtonGroup>
    </div>
  )
}

/** Any of. */
export function MultiFilterChips<T extends string>({ label, showLabel = false, oneLine = false, options, value, onChange }: FilterBase<T> & { value: readonly T[]; onChange: (value: T[]) => void }) {
  const row = useChosenInView(oneLine)
  return (
    <div>
      {showLabel && <p className={styles.caption} aria-hidden="true">{label}</p>}
      <ToggleButtonGroup ref={row} aria-label={label} className={cx(styles.group, oneLine && styles.oneLine)} selectionMode="multiple" selectedKeys={value} onSelectionChange={(keys) => { onChange([...keys] as T[]) }}>
        {options.map((option) => (
          <ToggleButton key={option.id} id={option.id} className={styles.toggle}>
            {({ isSelected }) => <>{isSelected && <Icon name="check" size={16} />}{option.label}</>}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  )
}
