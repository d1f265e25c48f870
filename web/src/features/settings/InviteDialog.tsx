import { api, data, idempotent } from '~/api'
import { aboutInvited } from '~/api/field'
import { langNames, useLang, useT, type Lang } from '~/i18n'
import { Dialog, Form, RadioGroup, TextField, toast, useForm } from '~/ui'
import { usePut, type Capability, type Invitation } from './queries'
import { CapabilityChoice } from './StaffDialogs'

interface Values {
  email: string
  name: string
  locale: Lang
  capabilities: Capability[]
}

export function InviteDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useT()
  return <Dialog title={t('settings.invite.title')} size="wide" isOpen={isOpen} onClose={onClose}><InviteForm onDone={onClose} /></Dialog>
}

function InviteForm({ onDone }: { onDone: () => void }) {
  const t = useT()
  const lang = useLang()
  const put = usePut()
  const form = useForm<Values, Invitation[]>({
    initial: { email: '', name: '', locale: lang, capabilities: [] },
    draft: 'invite-staff',
    submit: (body, key) => aboutInvited(data(api.POST('/api/staff-invitations', { body, headers: idempotent(key) }))),
    onDone: (all, { email }) => {
      put.invitations(all)
      toast(t('settings.invite.sent', { email }))
      form.reset()
      onDone()
    },
  })
  return (
    <Form form={form} submit={t('settings.invite.send')}>
      <TextField label={t('settings.invite.email')} hint={t('settings.invite.emailHint')} type="email" inputMode="email" autoComplete="off" spellCheck="false" maxLength={254} {...form.field('email')} />
      <TextField label={t('settings.invite.name')} hint={t('settings.invite.nameHint')} autoComplete="off" maxLength={80} {...form.field('name')} />
      <RadioGroup label={t('settings.invite.language')} options={(Object.keys(langNames) as Lang[]).map((id) => ({ id, label: langNames[id] }))} {...form.field('locale')} />
      <CapabilityChoice {...form.field('capabilities')} />
    </Form>
  )
}
