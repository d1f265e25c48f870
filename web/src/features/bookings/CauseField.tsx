import { useT } from '~/i18n'
import { Select } from '~/ui'
import { causes, type Cause } from './words'

/** Why: kept in the audit log beside who did it. */
export function CauseField({ value, onChange, error }: { value: Cause | null; onChange: (cause: Cause) => void; error: string | undefined }) {
  const t = useT()
  return (
    <Select
      name="cause" label={t('bookings.cause')} hint={t('bookings.cause.hint')} value={value} onChange={onChange} {...(error !== undefined && { error })}
      options={causes.map((id) => ({ id, label: t(`bookings.cause.${id}`) }))}
    />
  )
}
