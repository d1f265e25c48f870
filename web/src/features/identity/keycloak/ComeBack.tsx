import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, meQuery } from '~/api'
import { brand } from '~/brand'
import { useT } from '~/i18n'
import { Rich } from '~/i18n/Rich'
import { Banner, Button, Form, PageHeader, Row, Section, Stack, TextField, useBack, useForm } from '~/ui'
import { useArrive } from '../arrive'
import { ByEmail } from '../ByEmail'
import { EmailForm } from '../EmailForm'
import { useFieldFocus } from '../useFieldFocus'
import { MoveSteps, type RecordOffer } from './MoveSteps'

/** Whoever has lost what they sign in with comes back by the code they have kept, or by an address, if their company leads them in no longer. */
export default function ComeBack({ isMoved, onBack }: { isMoved: boolean; onBack: () => void }) {
  const t = useT()
  const field = useFieldFocus()
  const { data: me } = useQuery(meQuery)
  const [offer, setOffer] = useState<RecordOffer>()
  useBack(true, onBack)
  const arrive = useArrive()
  const [isByMail, setByMail] = useState(isMoved)
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: code.trim() === '' ? t('identity.lostKey.required') : undefined }),
    submit: ({ code }) => data(api.POST('/api/auth/way-back', { body: { code: code.trim() } })),
    onDone: setOffer,
  })
  if (offer) return <MoveSteps offer={offer} back={{ label: t('identity.keep.back'), onPress: () => { setOffer(undefined) } }} />
  if (isByMail) {
    return (
      <ByEmail
        arrive={arrive} isBack
        first={(email, onAsked) => (
          <Stack gap={5}>
            <PageHeader title={t('identity.lostKey.company')} lead={t('identity.lostKey.company.lead')} />
            <EmailForm email={email} hint={t('identity.lostKey.company.hint')} onSent={onAsked} />
            <Row><Button variant="quiet" onPress={() => { setByMail(false) }}>{t('identity.keep.back')}</Button></Row>
          </Stack>
        )}
      />
    )
  }
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.lostKey.title')} lead={t('identity.lostKey.lead')} />
      <Form form={form} submit={t('identity.continue')} actions={<Button variant="quiet" onPress={onBack}>{t('identity.keep.back')}</Button>}>
        <TextField
          ref={field} label={t('identity.lostKey.label')} hint={t('identity.lostKey.hint')} autoComplete="off" spellCheck="false" maxLength={40}
          {...form.field('code')}
        />
      </Form>
      <Section level={2} title={t('identity.lostKey.company')}>
        <Stack gap={3}>
          <p>{t('identity.lostKey.company.text')}</p>
          <Row><Button icon="companies" onPress={() => { setByMail(true) }}>{t('identity.lostKey.company.go')}</Button></Row>
        </Stack>
      </Section>
      <Banner title={t('identity.lostKey.without')}>
        <Stack gap={3}>
          {me?.is_password_mailed === true && <p>{t('identity.lostKey.without.password')}</p>}
          <p><Rich text={t('identity.lostKey.without.text')} tags={{ mail: (content) => <a href={`mailto:${brand().operator.supportEmail}`}>{content}</a> }} /></p>
        </Stack>
      </Banner>
    </Stack>
  )
}
