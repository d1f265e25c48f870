import { useT } from '~/i18n'
import { Button, Form, PageHeader, Row, Stack, TextField, useForm } from '~/ui'
import { useFieldFocus } from '../useFieldFocus'

interface Props {
  /** To begin with. */
  address?: string | undefined
  /** Leaves for the company's page. */
  go: (address: string) => Promise<void>
  onBack: () => void
  /** Their company leads them in no longer. */
  onLost?: () => void
}

/** Whoever signs in at their company says at which, by their address there. It is not kept. */
export function AtWork({ address = '', go, onBack, onLost }: Props) {
  const t = useT()
  const field = useFieldFocus()
  const form = useForm({
    initial: { work_address: address },
    check: ({ work_address }) => ({ work_address: work_address.trim() === '' ? t('identity.mail.required') : undefined }),
    submit: ({ work_address }) => go(work_address.trim()),
  })
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.atWork.title')} lead={t('identity.atWork.lead')} />
      <Form form={form} submit={t('identity.continue')} actions={<Button variant="quiet" onPress={onBack}>{t('identity.keep.back')}</Button>}>
        <TextField
          ref={field} label={t('identity.atWork.address')} type="email" inputMode="email" autoComplete="email" spellCheck="false" maxLength={254} {...form.field('work_address')}
        />
      </Form>
      {onLost && <Row><Button variant="quiet" onPress={onLost}>{t('identity.atWork.lost')}</Button></Row>}
    </Stack>
  )
}
