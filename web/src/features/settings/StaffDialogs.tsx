// What an administrator does to a member of the staff. Each tells its consequence first; the server asks for a fresh second factor.
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { CheckboxGroup, Confirm, Dialog, Form, toast, useForm } from '~/ui'
import { capabilities, capabilitiesOf, usePut, type Capability, type StaffMember } from './queries'

interface Props {
  /** Undefined: closed. */
  member: StaffMember | undefined
  onClose: () => void
}

export function CapabilitiesDialog({ member, onClose }: Props) {
  const t = useT()
  return (
    <Dialog title={member ? t('settings.capabilities.of', { name: member.display_name }) : ''} size="wide" isOpen={member !== undefined} onClose={onClose}>
      {member && <CapabilitiesForm key={member.id} member={member} onDone={onClose} />}
    </Dialog>
  )
}

function CapabilitiesForm({ member, onDone }: { member: StaffMember; onDone: () => void }) {
  const t = useT()
  const put = usePut()
  const form = useForm<{ capabilities: Capability[] }, StaffMember[]>({
    initial: { capabilities: capabilitiesOf(member.capabilities) },
    check: (values) => ({ capabilities: values.capabilities.length === 0 ? t('settings.capabilities.needed') : undefined }),
    submit: (body, key) => data(api.PUT('/api/staff/{id}/capabilities', { params: { path: { id: member.id } }, body, headers: idempotent(key) })),
    onDone: (members) => {
      put.staff(members)
      toast(t('settings.capabilities.changed', { name: member.display_name }))
      onDone()
    },
  })
  return (
    <Form form={form} submit={t('settings.capabilities.save')}>
      <CapabilityChoice {...form.field('capabilities')} hint={t('settings.capabilities.hint')} ownAdmin={member.is_me} />
    </Form>
  )
}

interface ChoiceProps {
  name: string
  value: Capability[]
  onChange: (value: Capability[]) => void
  error: string | undefined
  hint?: string
  /** Nobody takes the administrator’s right from themselves. */
  ownAdmin?: boolean
}

export function CapabilityChoice({ ownAdmin = false, ...props }: ChoiceProps) {
  const t = useT()
  const options = capabilities.map((id) => ({
    id, label: t(`settings.capability.${id}`), isDisabled: ownAdmin && id === 'admin',
    hint: ownAdmin && id === 'admin' ? t('settings.capability.ownAdmin') : t(`settings.capability.${id}.hint`),
  }))
  return <CheckboxGroup label={t('settings.capabilities')} look="cards" options={options} {...props} />
}

export function ResetDialog({ member, onClose }: Props) {
  const t = useT()
  const isKeycloak = useIsKeycloak()
  const reset = useCommand((id: string, key) => data(api.POST('/api/people/{id}/reset-factors', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: () => { toast(t('settings.reset.done')) },
  })
  return (
    <Confirm title={member ? t('settings.reset.title', { name: member.display_name }) : ''} confirm={t('settings.reset')} isDanger isOpen={member !== undefined} onClose={onClose} onConfirm={() => member && reset.mutateAsync(member.id)}>
      <p>{t(isKeycloak ? 'settings.reset.keycloak' : 'settings.reset.text')}</p>
    </Confirm>
  )
}

export function DeactivateDialog({ member, onClose }: Props) {
  const t = useT()
  const put = usePut()
  const deactivate = useCommand((id: string, key) => data(api.POST('/api/staff/{id}/deactivate', { params: { path: { id } }, headers: idempotent(key) })), {
    onSuccess: (members) => {
      put.staff(members)
      toast(t('settings.deactivate.done'))
    },
  })
  return (
    <Confirm title={member ? t('settings.deactivate.title', { name: member.display_name }) : ''} confirm={t('settings.deactivate')} isDanger isOpen={member !== undefined} onClose={onClose} onConfirm={() => member && deactivate.mutateAsync(member.id)}>
      <p>{t('settings.deactivate.text')}</p>
    </Confirm>
  )
}
