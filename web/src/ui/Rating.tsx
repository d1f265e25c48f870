import { RadioButton, RadioField, RadioGroup } from 'react-aria-components/RadioGroup'
import { useT } from '~/i18n'
import { FieldHint, FieldLabel, FieldMistake, fieldStyles, type FieldProps } from './Field'
import { Icon } from './Icon'
import { VisuallyHidden } from './Layout'
import styles from './Rating.module.css'

export interface RatingProps extends FieldProps {
  /** 1…5, or null before a choice. */
  value?: number | null
  onChange?: (value: number) => void
  isDisabled?: boolean
}

/** One to five stars, as radio buttons: arrows choose, nothing is chosen beforehand. */
export function Rating({ label, hint, optional, error, value, onChange, ...props }: RatingProps) {
  const t = useT()
  return (
    <RadioGroup {...props} value={value ? String(value) : null} onChange={(chosen) => onChange?.(Number(chosen))} orientation="horizontal" className={fieldStyles.field} isInvalid={error !== undefined} validationBehavior="aria" data-field={props.name}>
      <FieldLabel label={label} optional={optional} />
      {hint !== undefined && <FieldHint>{hint}</FieldHint>}
      <FieldMistake error={error} />
      <div className={styles.stars}>
        {[1, 2, 3, 4, 5].map((star) => (
          <RadioField key={star} value={String(star)}>
            <RadioButton className={styles.star} data-on={star <= (value ?? 0) || undefined}>
              <Icon name="star" size={30} />
              <VisuallyHidden>{t('ui.rating', { value: star })}</VisuallyHidden>
            </RadioButton>
          </RadioField>
        ))}
      </div>
    </RadioGroup>
  )
}

/** A rating already given. */
export function Stars({ value }: { value: number }) {
  const t = useT()
  return (
    <span className={styles.given} role="img" aria-label={t('ui.rating', { value })}>
      {[1, 2, 3, 4, 5].map((star) => <span key={star} className={styles.small} data-on={star <= Math.round(value) || undefined}><Icon name="star" size={16} /></span>)}
    </span>
  )
}
