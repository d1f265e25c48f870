import { Button } from 'react-aria-components/Button'
import { Group } from 'react-aria-components/Group'
import { Input } from 'react-aria-components/Input'
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField'
import { FieldHint, FieldLabel, fieldStyles as styles, type FieldProps } from './Field'
import { Icon } from './Icon'

export interface SearchFieldProps extends Pick<FieldProps, 'label' | 'hint'> {
  value: string
  onChange: (value: string) => void
  onSubmit?: (value: string) => void
  placeholder?: string
}

/** The label is always there; React Aria adds the clear button's name in the person's language. */
export function SearchField({ label, hint, placeholder, ...props }: SearchFieldProps) {
  return (
    <AriaSearchField {...props} className={styles.field}>
      {({ isEmpty }) => (
        <>
          <FieldLabel label={label} />
          {hint !== undefined && <FieldHint>{hint}</FieldHint>}
          <Group className={styles.group}>
            <span className={styles.affix}><Icon name="find" size={20} /></span>
            <Input className={styles.bare} placeholder={placeholder} />
            {!isEmpty && <Button className={styles.inner}><Icon name="close" size={20} /></Button>}
          </Group>
        </>
      )}
    </AriaSearchField>
  )
}
