import { useQuery } from '@tanstack/react-query'
import { useId, type ReactNode } from 'react'
import { api, data, type components } from '~/api'
import { useT } from '~/i18n'
import { CopyField, Form, Loaded, Muted, Stack, TextSkeleton, useForm } from '~/ui'
import { CodeField } from './CodeField'
import styles from './proof.module.css'

type Offer = components['schemas']['TotpOffer']
type Added = components['schemas']['FactorAdded']

interface Props {
  onAdded: (added: Added) => void
  /** Beside the main button: the way back. */
  actions?: ReactNode
}

/** Connects an authenticator app: a picture to scan or a secret to type, then a first code. */
export function AddTotp({ onAdded, actions }: Props) {
  // A secret is offered anew each time, and never asked twice by itself: the app has scanned the one on the screen.
  const query = useQuery({
    queryKey: ['totp-offer'], queryFn: () => data(api.POST('/api/me/totp/start')),
    staleTime: Infinity, gcTime: 0, retry: false,
  })
  return (
    <Loaded query={query} skeleton={<TextSkeleton lines={6} />}>
      {(offer) => <Steps offer={offer} onAdded={onAdded} actions={actions} />}
    </Loaded>
  )
}

function Steps({ offer, onAdded, actions }: Props & { offer: Offer }) {
  const t = useT()
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: code.trim() === '' ? t('proof.code.required') : undefined }),
    submit: ({ code }) => data(api.POST('/api/me/totp', { body: { challenge_id: offer.challenge_id, code: code.trim() } })),
    onDone: onAdded,
  })
  return (
    <Stack gap={5}>
      <p>{t('proof.totp.scan')}</p>
      <Qr picture={offer.qr} label={t('proof.totp.picture')} />
      <p><a href={offer.uri}>{t('proof.totp.open')}</a></p>
      <CopyField label={t('proof.totp.secret')} hint={t('proof.totp.secret.hint')} value={offer.secret} rows={2} />
      <Form form={form} submit={t('proof.totp.connect')} actions={actions}>
        <CodeField label={t('proof.totp.first')} hint={t('proof.totp.hint')} {...form.field('code')} />
      </Form>
      <Muted small>{t('proof.totp.clock')}</Muted>
    </Stack>
  )
}

/** Dark on light in both themes: cameras read nothing else. */
function Qr({ picture, label }: { picture: Offer['qr']; label: string }) {
  const id = useId()
  return (
    <svg className={styles.qr} viewBox={`0 0 ${String(picture.size)} ${String(picture.size)}`} role="img" aria-labelledby={id} shapeRendering="crispEdges">
      <title id={id}>{label}</title>
      <rect width={picture.size} height={picture.size} fill="white" />
      <path d={picture.path} fill="black" />
    </svg>
  )
}
