import { api, data, useCommand, type components } from '~/api'
import { useT, type MessageKey } from '~/i18n'
import { Banner, Button, Card, Icon, List, ListItem, Row, Stack, useProblemText } from '~/ui'
import { useCompaniesChanged } from '../queries'

type What = 'readable' | 'unchanged' | 'brought' | 'is_on' | 'has_domain' | 'covered'
type Finding = components['schemas']['SsoFinding']

/** Tries the sign-in out without anybody signing in. */
export function Check({ company }: { company: string }) {
  const t = useT()
  const text = useProblemText()
  const changed = useCompaniesChanged()
  const check = useCommand(() => data(api.POST('/api/operator/companies/{id}/sso/check', { params: { path: { id: company } } })), { onSettled: changed })
  const findings = check.data?.findings
  return (
    <Card tone="outline">
      <Stack gap={4}>
        <Row><Button isPending={check.isPending} onPress={() => { check.mutate(undefined) }}>{t('companies.sso.check')}</Button></Row>
        {check.error && <Banner tone="danger" announce>{text(check.error)}</Banner>}
        {findings && (
          <>
            <Banner tone={findings.every(isFine) ? 'positive' : 'notice'} announce>
              {t(findings.every(isFine) ? 'companies.sso.check.good' : 'companies.sso.check.bad')}
            </Banner>
            <List label={t('companies.sso.check')}>
              {findings.map((finding) => (
                <ListItem
                  key={finding.what} leading={<Icon name={isFine(finding) ? 'check' : 'notice'} />}
                  title={t(`companies.sso.check.${finding.what as What}.${finding.is_good ? 'yes' : 'no'}` satisfies MessageKey)}
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
const isFine = ({ what, is_good }: Finding) => is_good || what === 'unchanged'
