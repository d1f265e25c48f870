import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, LinkButton, Muted, Row, Section, Stack } from '~/ui'
import type { Account } from './queries'

/** How the access of somebody who came with a pass stands, and how to stay longer. */
export default function Pass({ pass }: { pass: NonNullable<Account['pass']> }) {
  const t = useT()
  const format = useFormat()
  const date = format.civilDate(pass.ends_on)
  return (
    <Section title={t('account.pass')}>
      <Stack gap={4}>
        {pass.has_ended
          ? <Banner tone="notice" title={t('account.pass.ended')}>{t(pass.can_renew ? 'account.pass.ended.text' : 'account.pass.none.text')}</Banner>
          : pass.can_renew
            ? <Banner tone="notice" title={t('account.pass.renew', { date })}>{t('account.pass.renew.text')}</Banner>
            : <p>{t('account.pass.until', { date })}</p>}
        <Muted>{t('account.pass.text')}</Muted>
        {pass.can_renew && (
          <Row gap={2}>
            <LinkButton variant="primary" to="/enter" search={{ by: 'code' }}>{t('account.pass.fetch')}</LinkButton>
            <LinkButton to="/enter" search={{ by: 'pass' }}>{t('account.pass.have')}</LinkButton>
          </Row>
        )}
      </Stack>
    </Section>
  )
}
