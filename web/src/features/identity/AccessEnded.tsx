// Somebody was signed in here until their company said that they have left it: what happened, what stays theirs, and the way on.
import { brand } from '~/brand'
import { useT } from '~/i18n'
import { Rich } from '~/i18n/Rich'
import { Button, LinkButton, PageHeader, Row, Section, Stack } from '~/ui'

export function AccessEnded({ onSignIn }: { onSignIn: () => void }) {
  const t = useT()
  const email = brand().operator.supportEmail
  return (
    <Stack gap={6}>
      <PageHeader title={t('identity.ended.title')} lead={t('identity.ended.lead')} />
      <Section title={t('identity.ended.yours')}>
        <Stack gap={3}>
          <p>{t('identity.ended.record')}</p>
          <p>{t('identity.ended.planned')}</p>
          <p><Rich text={t('identity.ended.mailbox', { email })} tags={{ mail: (content) => <a href={`mailto:${email}`}>{content}</a> }} /></p>
          <p>{t('identity.ended.mistake')}</p>
        </Stack>
      </Section>
      <Row>
        <Button variant="primary" onPress={onSignIn}>{t('identity.ended.signIn')}</Button>
        <LinkButton to="/urgent">{t('identity.ended.urgent')}</LinkButton>
      </Row>
    </Stack>
  )
}
