import { useState } from 'react'
import { api, data } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, Form, PageHeader, Stack, TextField, useBack, useForm } from '~/ui'
import { useFieldFocus } from '../useFieldFocus'
import { MoveSteps, type RecordOffer } from './MoveSteps'

/** Whoever has lost what they sign in with comes back by the code they have kept. */
export default function ComeBack({ onBack }: { onBack: () => void }) {
  const t = useT()
  const field = useFieldFocus()
  const [offer, setOffer] = useState<RecordOffer>()
  useBack(true, onBack)
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: code.trim() === '' ? t('identity.lostKey.required') : undefined }),
    submit: ({ code }) => data(api.POST('/api/auth/way-back', { body: { code: code.trim() } })),
    onDone: setOffer,
  })
  if (offer) return <MoveSteps offer={offer} back={{ label: t('identity.keep.back'), onPress: () => { setOffer(undefined) } }} />
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.lostKey.title')} lead={t('identity.lostKey.lead')} />
      <Form form={form} submit={t('identity.continue')} actions={<Button variant="quiet" onPress={onBack}>{t('identity.keep.back')}</Button>}>
        <TextField
          ref={field} label={t('identity.lostKey.label')} hint={t('identity.lostKey.hint')} autoComplete="off" spellCheck="false" maxLength={40}
          {...form.field('code')}
        />
      </Form>
      <Banner title={t('identity.lostKey.without')}>{t('identity.lostKey.without.text')}</Banner>
    </Stack>
  )
}
