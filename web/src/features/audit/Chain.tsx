import { useMutation, useQuery } from '@tanstack/react-query'
import { asProblem } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Card, Disclosure, Facts, Loaded, Row, Stack, TextSkeleton, useProblemText, When } from '~/ui'
import styles from './audit.module.css'
import { headQuery, verify } from './queries'

/** The state of the chain: its newest link, and a check of all of them on demand. */
export function Chain() {
  const t = useT()
  const text = useProblemText()
  const format = useFormat()
  const head = useQuery(headQuery)
  const check = useMutation({ mutationFn: verify })
  return (
    <Card tone="plain" as="section" label={t('audit.chain')}>
      <Stack gap={3}>
        <Loaded query={head} skeleton={<TextSkeleton lines={2} />}>
          {(link) => (
            <Row justify="between">
              <span>{t('audit.links', { count: link.sequence })}{link.sealed_at && <>{' · '}<When at={link.sealed_at} show="stamp" /></>}</span>
              <Button icon="safety" isPending={check.isPending} onPress={() => { check.mutate() }}>{t('audit.check')}</Button>
            </Row>
          )}
        </Loaded>
        {check.data?.is_intact === true && <Banner tone="positive" announce>{t('audit.intact', { count: check.data.links, time: format.moment(check.data.checked_at) })}</Banner>}
        {check.data?.is_intact === false && <Banner tone="danger" announce title={t('audit.broken')}>{t('audit.brokenAt', { number: check.data.broken_at ?? 0 })}</Banner>}
        {check.error && <Banner tone="danger" announce>{text(asProblem(check.error))}</Banner>}
        {head.data?.hash && <Disclosure title={t('audit.head')}><Facts items={[[t('audit.headHint'), <code key="hash" className={styles.code}>{head.data.hash}</code>]]} /></Disclosure>}
      </Stack>
    </Card>
  )
}
