import { useMemo, useRef } from 'react'
import { Button } from 'react-aria-components/Button'
import { ComboBox as AriaComboBox } from 'react-aria-components/ComboBox'
import { Group } from 'react-aria-components/Group'
import { Input } from 'react-aria-components/Input'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Text } from 'react-aria-components/Text'
import { useT } from '~/i18n'
import { TagList } from './TagList'
import type { Option } from './Choice'
import { FieldHint, FieldLabel, FieldMistake, fieldStyles, type FieldProps } from './Field'
import { Icon } from './Icon'
import styles from './Options.module.css'

interface Common<T extends string> extends FieldProps {
  options: readonly Option<T>[]
  isDisabled?: boolean
  placeholder?: string
}

function Options<T extends string>({ options }: { options: readonly Option<T>[] }) {
  const t = useT()
  return (
    <Popover className={styles.popover} offset={6}>
      <ListBox className={styles.list} items={options} renderEmptyState={() => <p className={styles.none}>{t('ui.none')}</p>}>
        {(option) => (
          <ListBoxItem id={option.id} textValue={option.label} className={styles.item} isDisabled={option.isDisabled}>
            {({ isSelected }) => (
              <>
                <span className={styles.words}>
                  <Text slot="label">{option.label}</Text>
                  {option.hint !== undefined && <Text slot="description" className={styles.hint}>{option.hint}</Text>}
                </span>
                {isSelected && <Icon name="check" size={20} />}
              </>
            )}
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  )
}

export interface ComboBoxProps<T extends string> extends Common<T> {
  value?: T | null
  onChange?: (value: T | null) => void
}

/**
 * One of many options, found by typing. Who has typed an option's whole name, or what only one of them has in its name, has chosen it, also if the
 * list is closed by then: a page that scrolls closes it, and the former choice would come back over what was typed.
 */
export function ComboBox<T extends string>({ label, hint, optional, error, options, placeholder, value, onChange, ...props }: ComboBoxProps<T>) {
  const typed = useRef('')
  const choose = (chosen: T | null) => {
    typed.current = ''
    onChange?.(chosen)
  }
  const takeTyped = () => {
    const words = typed.current.trim().toLocaleLowerCase()
    const near = words === '' ? [] : options.filter((option) => option.isDisabled !== true && option.label.toLocaleLowerCase().includes(words))
    const meant = near.find((option) => option.label.toLocaleLowerCase() === words) ?? (near.length === 1 ? near[0] : undefined)
    if (meant && meant.id !== value) choose(meant.id)
    typed.current = ''
  }
  return (
    <AriaComboBox
      {...props} defaultItems={options} value={value ?? null} onChange={(key) => { choose(key === null ? null : (String(key) as T)) }} onBlur={takeTyped}
      className={fieldStyles.field} isInvalid={error !== undefined} validationBehavior="aria" menuTrigger="focus" allowsEmptyCollection data-field={props.name}
    >
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <Group className={fieldStyles.group}>
        <Input className={fieldStyles.bare} placeholder={placeholder} onInput={(event) => { typed.current = event.currentTarget.value }} />
        <Button className={fieldStyles.inner}><Icon name="down" size={20} /></Button>
      </Group>
      <Options options={options} />
    </AriaComboBox>
  )
}

export interface TagsFieldProps<T extends string> extends Common<T> {
  value: readonly T[]
  onChange: (value: T[]) => void
  max?: number
}

/** Several of many options: what is chosen stands as removable tags under the field. */
export function TagsField<T extends string>({ label, hint, optional, error, options, placeholder, value, onChange, max = Infinity, ...props }: TagsFieldProps<T>) {
  const chosen = useMemo(() => new Set(value), [value])
  const labels = useMemo(() => new Map(options.map((option) => [option.id, option.label])), [options])
  return (
    <div className={fieldStyles.field}>
      <AriaComboBox<Option<T>, 'multiple'>
        {...props} selectionMode="multiple" defaultItems={options} value={[...value]} onChange={(keys) => { onChange((keys as T[]).slice(0, max)) }}
        className={fieldStyles.field} isInvalid={error !== undefined} validationBehavior="aria" menuTrigger="focus" allowsEmptyCollection data-field={props.name}
      >
        <FieldLabel label={label} optional={optional} />
        {hint !== undefined && <FieldHint>{hint}</FieldHint>}
        <FieldMistake error={error} />
        <Group className={fieldStyles.group}>
          <Input className={fieldStyles.bare} placeholder={placeholder} />
          <Button className={fieldStyles.inner}><Icon name="down" size={20} /></Button>
        </Group>
        <Options options={options} />
      </AriaComboBox>
      {chosen.size > 0 && <TagList label={label} items={value.map((id) => ({ id, label: labels.get(id) ?? id }))} onRemove={(id) => { onChange(value.filter((one) => one !== id)) }} />}
    </div>
  )
}
