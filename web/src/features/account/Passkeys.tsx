import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { useIsKeycloak } from '~/shell/keycloak'
import { canUsePasskeys, usePasskeys } from '~/shell/proof'
import { Banner, Button, Confirm, Dialog, Form, Icon, IconButton, List, ListItem, Muted, Row, Stack, TextField, toast, useForm, useProblemText } from '~/ui'
import { useFreshCodes } from './FreshCodes'
import { useAudience, useKeep, type Factors, type Passkey } from './queries'
import { Refusal } from './Refusal'
import { useSetUp } from './useSetUp'

/** Passkeys: added, renamed, removed. With Keycloak they are added there. */
export function Passkeys({ factors }: { factors: Factors }) {
  const t = useT()
  const text = useProblemText()
  const format = useFormat()
  const keep = useKeep()
  const passkeys = usePasskeys()
  const fresh = useFreshCodes()
  const isKeycloak = useIsKeycloak() === true
  const { audience } = useAudience()
  const setUp = useSetUp('passkey')
  const [renaming, setRenaming] = useState<Passkey>()
  const [removing, setRemoving] = useState<Passkey>()
  const refusal = factors.kept.passkey
  const nameOf = (passkey: Passkey) => passkey.label === '' ? t('account.passkeys.unnamed') : passkey.label
  const add = useCommand(() => passkeys.add(), {
    onSuccess: ({ recovery_codes }) => {
      void keep.proofs()
      toast(t('account.passkeys.added'))
      fresh.show(recovery_codes)
    },
  })
  const remove = async () => {
    if (!removing) return
    const path = { id: removing.id }
    keep.factors(await data(api.DELETE('/api/me/passkeys/{id}', { params: { path }, headers: idempotent(crypto.randomUUID()) })))
    toast(t('account.passkeys.removed'))
  }
  const about = (passkey: Passkey) => {
    const made = format.date(passkey.created_at)
    if (isKeycloak) return t('account.passkeys.madeOn', { date: made })
    return passkey.last_used_at == null ? t('account.passkeys.made', { date: made }) : t('account.passkeys.used', { made, used: format.date(passkey.last_used_at) })
  }
  const adding = isKeycloak ? setUp : add
  return (
    <Stack gap={3}>
      <Muted>{t(isKeycloak ? 'account.passkeys.about.keycloak' : 'account.passkeys.about')}</Muted>
      {factors.passkeys.length > 0 && (
        <List label={t('account.passkeys')}>
          {factors.passkeys.map((passkey) => (
            <ListItem
              key={passkey.id} leading={<Icon name="key" />} title={nameOf(passkey)} text={about(passkey)}
              trailing={(
                <Row gap={1}>
                  <IconButton icon="edit" label={t('account.passkeys.rename.of', { name: nameOf(passkey) })} onPress={() => { setRenaming(passkey) }} />
                  {refusal == null && (
                    <IconButton icon="trash" label={t('account.passkeys.remove.of', { name: nameOf(passkey) })} onPress={() => { setRemoving(passkey) }} />
                  )}
                </Row>
              )}
            />
          ))}
        </List>
      )}
      {factors.passkeys.length > 0 && <Refusal why={refusal} />}
      {!isKeycloak && !factors.has_email && factors.passkeys.length === 1 && <Banner>{t('account.passkeys.only', { section: t(`account.title.${audience}`) })}</Banner>}
      {adding.error && <Banner tone="danger" announce>{text(adding.error)}</Banner>}
      {canUsePasskeys()
        ? <Row><Button icon="plus" isPending={adding.isPending} onPress={() => { adding.mutate(undefined) }}>{t('account.passkeys.add')}</Button></Row>
        : <Muted small>{t('account.passkeys.unable')}</Muted>}
      {fresh.dialog}
      {renaming && <Rename key={renaming.id} passkey={renaming} onClose={() => { setRenaming(undefined) }} />}
      <Confirm
        title={t('account.passkeys.remove.title')} confirm={t('account.passkeys.remove')} isDanger
        isOpen={removing !== undefined} onClose={() => { setRemoving(undefined) }} onConfirm={remove}
      >
        <p>{t('account.passkeys.remove.lead', { name: removing ? nameOf(removing) : '' })}</p>
      </Confirm>
    </Stack>
  )
}

function Rename({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const t = useT()
  const keep = useKeep()
  const form = useForm({
    initial: { label: passkey.label },
    check: ({ label }) => ({ label: label.trim() === '' ? t('account.passkeys.name.required') : undefined }),
    submit: ({ label }, key) =>
      data(api.PATCH('/api/me/passkeys/{id}', { params: { path: { id: passkey.id } }, body: { label: label.trim() }, headers: idempotent(key) })),
    onDone: (factors) => {
      keep.factors(factors)
      onClose()
    },
  })
  return (
    <Dialog title={t('account.passkeys.rename')} isOpen onClose={onClose}>
      <Form form={form} submit={t('account.save')}>
        <TextField label={t('account.passkeys.name')} hint={t('account.passkeys.name.hint')} maxLength={80} autoComplete="off" {...form.field('label')} />
      </Form>
    </Dialog>
  )
}
