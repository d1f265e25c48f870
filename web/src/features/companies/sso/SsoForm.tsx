import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, FileField, Form, Muted, RadioGroup, Stack, Switch, TextField, toast, useForm } from '~/ui'
import { useCompaniesChanged } from '../queries'
import type { SsoSignIn } from './queries'

type Protocol = SsoSignIn['protocol']
type By = 'address' | 'file'

interface Values {
  protocol: Protocol
  address: string
  by: By
  metadata: string
  client_id: string
  client_secret: string
  address_claim: string
  is_on: boolean
}

const METADATA_BYTES = 200_000

interface Props {
  company: string
  before: SsoSignIn | undefined
  onDone: () => void
  onBack?: () => void
}

/** The company's sign-in, as its IT has told it. */
export function SsoForm({ company, before, onDone, onBack }: Props) {
  const t = useT()
  const changed = useCompaniesChanged()
  const form = useForm<Values>({
    initial: {
      protocol: before?.protocol ?? 'oidc', address: before?.address ?? '', by: before && before.address == null ? 'file' : 'address', metadata: '',
      client_id: before?.client_id ?? '', client_secret: '', address_claim: before?.address_claim ?? 'email', is_on: before?.is_on ?? true,
    },
    check: useCheck(before),
    submit: (values, key) => data(api.PUT('/api/operator/companies/{id}/sso', {
      params: { path: { id: company } }, body: wishOf(values), headers: idempotent(key),
    })),
    // Until it is drawn as it is now, a second touch would set it up once more.
    onDone: async () => {
      await changed()
      onDone()
      toast(t('companies.sso.saved'))
    },
  })
  const { protocol, by } = form.values
  return (
    <Form form={form} submit={t(before ? 'companies.save' : 'companies.sso.connect')} actions={onBack && <Button variant="quiet" onPress={onBack}>{t('companies.sso.back')}</Button>}>
      <RadioGroup
        label={t('companies.sso.protocol')} {...form.field('protocol')}
        options={(['oidc', 'saml'] as const).map((id) => ({ id, label: t(`companies.sso.protocol.${id}`), hint: t(`companies.sso.protocol.${id}.hint`) }))}
      />
      {protocol === 'saml' && (
        <RadioGroup
          label={t('companies.sso.metadata')} {...form.field('by')}
          options={[{ id: 'address', label: t('companies.sso.metadata.address') }, { id: 'file', label: t('companies.sso.metadata.file') }]}
        />
      )}
      {protocol === 'oidc' || by === 'address'
        ? (
          <TextField
            label={t(`companies.sso.address.${protocol}`)} hint={t(`companies.sso.address.${protocol}.hint`)} type="url" inputMode="url" autoComplete="off" spellCheck="false"
            maxLength={500} {...form.field('address')}
          />
          )
        : <MetadataFile field={form.field('metadata')} />}
      {before && (protocol !== before.protocol || (before.address != null && form.values.address.trim() !== before.address)) && (
        <Banner tone="notice" title={t('companies.sso.other')}>{t('companies.sso.other.text')}</Banner>
      )}
      {protocol === 'oidc' && (
        <>
          <TextField label={t('companies.sso.clientId')} autoComplete="off" spellCheck="false" maxLength={200} {...form.field('client_id')} />
          <TextField
            label={t('companies.sso.secret')} hint={before?.client_id == null ? undefined : t('companies.sso.secret.kept')} type="password" autoComplete="off" maxLength={500}
            {...form.field('client_secret')}
          />
          <TextField label={t('companies.sso.claim')} hint={t('companies.sso.claim.hint')} autoComplete="off" spellCheck="false" maxLength={200} {...form.field('address_claim')} />
        </>
      )}
      <Switch label={t('companies.sso.isOn')} hint={t('companies.sso.isOn.hint')} value={form.values.is_on} onChange={(next) => { form.set('is_on', next) }} />
    </Form>
  )
}

function MetadataFile({ field }: { field: { value: string; onChange: (value: string) => void; error: string | undefined } }) {
  const t = useT()
  const [file, setFile] = useState<File | null>(null)
  return (
    <Stack gap={2}>
      <FileField
        label={t('companies.sso.metadata.file')} name="metadata" accept={['.xml', 'text/xml', 'application/xml']} maxBytes={METADATA_BYTES} value={file} error={field.error}
        onChange={(next) => {
          setFile(next)
          if (next) void next.text().then(field.onChange)
          else field.onChange('')
        }}
      />
      <Muted small>{t('companies.sso.metadata.file.hint')}</Muted>
    </Stack>
  )
}

function useCheck(before: SsoSignIn | undefined) {
  const t = useT()
  const need = (value: string, isNeeded: boolean) => (isNeeded && value.trim() === '' ? t('companies.sso.required') : undefined)
  return ({ protocol, by, address, metadata, client_id, client_secret, address_claim }: Values) => ({
    address: need(address, protocol === 'oidc' || by === 'address'),
    metadata: need(metadata, protocol === 'saml' && by === 'file'),
    client_id: need(client_id, protocol === 'oidc'),
    client_secret: need(client_secret, protocol === 'oidc' && before?.client_id == null),
    address_claim: need(address_claim, protocol === 'oidc'),
  })
}

/** Only what belongs to the chosen way is sent. */
function wishOf({ protocol, by, address, metadata, client_id, client_secret, address_claim, is_on }: Values) {
  if (protocol === 'saml') return by === 'file' ? { protocol, metadata, is_on } : { protocol, address: address.trim(), is_on }
  const secret = client_secret.trim() === '' ? {} : { client_secret: client_secret.trim() }
  return { protocol, address: address.trim(), client_id: client_id.trim(), address_claim: address_claim.trim(), is_on, ...secret }
}
