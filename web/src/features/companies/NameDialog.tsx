import { useT } from '~/i18n'
import { Dialog, Form, TextField, useForm } from '~/ui'

interface Props {
  title: string
  submitText: string
  /** The name as it is; empty for a new company. */
  name: string
  isOpen: boolean
  onClose: () => void
  save: (name: string, key: string) => Promise<{ id: string }>
  onSaved: (company: { id: string }) => void
}

/** Names a company: a new one, or an old one anew. */
export const NameDialog = ({ title, isOpen, onClose, ...props }: Props) => (
  <Dialog title={title} isOpen={isOpen} onClose={onClose}><NameForm {...props} /></Dialog>
)

function NameForm({ submitText, name, save, onSaved }: Omit<Props, 'title' | 'isOpen' | 'onClose'>) {
  const t = useT()
  const form = useForm({
    initial: { name },
    check: (values) => ({ name: values.name.trim().length < 2 ? t('companies.name.required') : undefined }),
    submit: (values, key) => save(values.name.trim(), key),
    onDone: onSaved,
  })
  return (
    <Form form={form} submit={submitText}>
      <TextField label={t('companies.name')} hint={t('companies.name.hint')} maxLength={120} autoComplete="off" {...form.field('name')} />
    </Form>
  )
}
