import { useT } from '~/i18n'
import { Card, Chip, EmptyState, LinkButton, List, ListItem, Avatar, PageHeader, Section, Stack, When } from '~/ui'

/** An audience's frame with something in it. */
export default function FramedPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t('shell.nav.sessions')} lead={t('ui.error.safe')} actions={<LinkButton to="/urgent" variant="primary">{t('ui.more')}</LinkButton>} />
      <Stack gap={6}>
        <Card tone="accent">
          <h2><When at="2030-03-04T16:00:00Z" otherZone="Asia/Vladivostok" /></h2>
          <p>{t('shell.error.lead')}</p>
        </Card>
        <Section title={t('shell.nav.clients')}>
          <List>
            {['Айгерім Нұрланқызы', 'Мария Орлова', 'Тимур'].map((name) => (
              <ListItem key={name} to="/urgent" title={name} text={<When at="2030-03-04T16:00:00Z" />} leading={<Avatar name={name} />} trailing={<Chip tone="accent">{t('ui.step.done')}</Chip>} />
            ))}
          </List>
        </Section>
        <EmptyState icon="messages" title={t('ui.none')} action={<LinkButton to="/urgent">{t('ui.retry')}</LinkButton>}>{t('ui.offline.lead')}</EmptyState>
      </Stack>
    </>
  )
}
