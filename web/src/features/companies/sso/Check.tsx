import { api, data, useCommand, type components } from '~/api'
import { useT, type MessageKey } from '~/i18n'
import { Banner, Button, Card, Icon, List, ListItem, Row, Stack, useProblemText } from '~/ui'
import { useCompaniesChanged } from '../queries'

type What = 'readable' | 'unchanged' | 'brought' | 'secret' | 'is_on' | 'has_domain' | 'covered'
type Finding = components['schemas']['SsoFinding']

/** Tries the sign-in out without anybody signing in. */
export function Check({ company }: { company: string }) {
  const t = useT()
  const text = useProblemText()
  const changed = useCompaniesChanged()
  const check = useCommand(() => data(api.POST('/api/operator/companies/{id}/sso/check', { params: { path: { id: company } } })), { onSettled: changed })
  const findings = check.data?.findings
  // What cannot be known is no fault: somebody has to try it.
  const verdict = findings?.some((one) => one.is_good === false && !isFine(one)) ? 'bad' : findings?.some((one) => one.is_good == null) ? 'unknown' : 'good'
  const titleOf = ({ what, is_good }: Finding) => {
    if (is_good == null) return t('companies.sso.check.secret.unknown')
    return t(`companies.sso.check.${what as What}.${is_good ? 'yes' : 'no'}` satisfies MessageKey)
  }
  return (
    <Card tone="outline">
      <Stack gap={4}>
        <Row><Button isPending={check.isPending} onPress={() => { check.mutate(undefined) }}>{t('companies.sso.check')}</Button></Row>
        {check.error && <Banner tone="danger" announce>{text(check.error)}</Banner>}
        {findings && (
          <>
            <Banner tone={verdict === 'good' ? 'positive' : 'notice'} announce>{t(`companies.sso.check.${verdict}`)}</Banner>
            <List label={t('companies.sso.check')}>
              {findings.map((finding) => (
                <ListItem
                  key={finding.what} leading={<Icon name={finding.is_good == null ? 'info' : isFine(finding) ? 'check' : 'notice'} />}
                  title={titleOf(finding)}
                />
              ))}
            </List>
          </>
        )}
      </Stack>
    </Card>
  )
}

/** What was published anew has been taken over: nothing is left to do. */
const isFine = ({ what, is_good }: Finding) => is_good === true || what === 'unchanged'
