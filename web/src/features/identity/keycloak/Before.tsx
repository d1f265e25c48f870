import { useState } from 'react'
import { useCommand } from '~/api'
import { brand } from '~/brand'
import { useT } from '~/i18n'
import { Rich } from '~/i18n/Rich'
import { canUsePasskeys, usePasskeys } from '~/shell/proof'
import { Banner, Button, PageHeader, Row, Section, Stack, useBack, useProblemText } from '~/ui'
import { useArrive } from '../arrive'
import { ByEmail } from '../ByEmail'
import { EmailForm } from '../EmailForm'
import { useHeadingFocus } from '../useHeadingFocus'
import { MoveSteps, type RecordOffer } from './MoveSteps'

/** Whoever signed in here before Keycloak shows once more what they had, and takes their record along. It signs nobody in. */
export default function Before({ onBack, onLost }: { onBack: () => void; onLost: () => void }) {
  const t = useT()
  const text = useProblemText()
  const arrive = useArrive()
  const passkeys = usePasskeys()
  const [offer, setOffer] = useState<RecordOffer>()
  const show = useCommand(() => passkeys.move(), { onSuccess: setOffer })
  useBack(true, onBack)
  useHeadingFocus('before')
  const again = () => { setOffer(undefined) }
  if (offer) return <MoveSteps offer={offer} back={{ label: t('identity.keep.back'), onPress: again }} />
  return (
    <ByEmail
      arrive={arrive}
      first={(email, onSent) => (
        <Stack gap={6}>
          <PageHeader title={t('identity.before.title')} lead={t('identity.before.lead')} />
          {canUsePasskeys() && (
            <Section title={t('identity.way.passkey')}>
              <Stack gap={3}>
                {show.error && <Banner tone="danger" announce>{text(show.error)}</Banner>}
                <Row><Button icon="key" isPending={show.isPending} onPress={() => { show.mutate(undefined) }}>{t('identity.before.passkey')}</Button></Row>
              </Stack>
            </Section>
          )}
          <Section title={t('identity.before.mail')}>
            <EmailForm email={email} hint={t('identity.before.mail.hint')} onSent={onSent} />
          </Section>
          <Section title={t('identity.before.nothing')}>
            <Stack gap={3}>
              <p><Rich text={t('identity.before.nothing.text')} tags={{ mail: (content) => <a href={`mailto:${brand().operator.supportEmail}`}>{content}</a> }} /></p>
              <Row><Button onPress={onLost}>{t('identity.before.nothing.code')}</Button></Row>
            </Stack>
          </Section>
          <Row><Button variant="quiet" onPress={onBack}>{t('identity.keep.back')}</Button></Row>
        </Stack>
      )}
    />
  )
}
