// One's own account, the same for every audience: what one says of oneself, the address, reminders, and the ways to everything else.
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { withProofTexts } from '~/shell/proof'
import { Icon, List, ListItem, Loaded, PageHeader, Section, Stack, TextSkeleton } from '~/ui'
import { AboutForm } from './AboutForm'
import { Address } from './Address'
import { Look } from './Look'
import { accountQuery, preferencesQuery, useAudience } from './queries'
import { Reminders } from './Reminders'
import { SignOut } from './SignOut'

// Of few companies: fetched where it is used.
const Pass = lazy(() => import('./Pass'))

export const loader: Loader = ({ queryClient }) =>
  Promise.all([queryClient.query(accountQuery), queryClient.query(preferencesQuery), withProofTexts()])

export default function AccountPage() {
  const t = useT()
  const query = useQuery(accountQuery)
  const { audience, home } = useAudience()
  return (
    <Stack gap={6}>
      <PageHeader title={t(`account.title.${audience}`)} />
      <Loaded query={query} skeleton={<TextSkeleton lines={8} />}>
        {(account) => (
          <Stack gap={6}>
            <List label={t('account.more')}>
              <ListItem
                to={`${home}/security` as never} leading={<Icon name="key" />}
                title={t('account.security')} text={t('account.security.about')}
              />
              {audience === 'specialist' && <ListItem to="/work/account/record" leading={<Icon name="eye" />} title={t('account.record')} text={t('account.record.about')} />}
              {audience === 'employee' && (
                <>
                  <ListItem to="/privacy" leading={<Icon name="eye" />} title={t('account.privacy')} text={t('account.privacy.about')} />
                  <ListItem to="/consents" leading={<Icon name="document" />} title={t('account.consents')} text={t('account.consents.about')} />
                </>
              )}
            </List>
            <Section title={t('account.about')}><AboutForm account={account} /></Section>
            {account.pass != null && <Suspense fallback={<TextSkeleton lines={3} />}><Pass pass={account.pass} /></Suspense>}
            <Section title={t('account.email')}><Address account={account} /></Section>
            {/* The work of staff and HR sends no reminders. */}
            {audience !== 'operator' && audience !== 'hr' && <Section title={t('account.reminders')}><Reminders hasEmail={account.email != null} /></Section>}
            <Section title={t('account.look')}><Look /></Section>
            <Section title={t('account.leave')}><SignOut account={account} /></Section>
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}
