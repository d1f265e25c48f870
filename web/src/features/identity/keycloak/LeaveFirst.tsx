import { api, data, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, PageHeader, Row, Stack, useProblemText } from '~/ui'
import { useHeadingFocus } from '../useHeadingFocus'
import { signInAtWork } from './commands'

interface Props {
  /** At work. */
  address: string
  back: { label: string; onPress: () => void }
}

/** Beside what a company says of somebody, whoever is signed in would show which account is theirs: they leave first. */
export default function LeaveFirst({ address, back }: Props) {
  const t = useT()
  const text = useProblemText()
  const go = useCommand(async () => {
    await data(api.POST('/api/auth/sign-out'))
    await signInAtWork(address)
  })
  useHeadingFocus('leave')
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.pass.leave.title')} lead={t('identity.pass.leave.lead')} />
      {go.error && <Banner tone="danger" announce>{text(go.error)}</Banner>}
      <Banner tone="private" title={t('identity.pass.leave.then')}>{t('identity.pass.leave.then.text')}</Banner>
      <Row gap={2}>
        <Button variant="primary" icon="signOut" isPending={go.isPending} onPress={() => { go.mutate(undefined) }}>{t('identity.pass.leave.go')}</Button>
        <Button variant="quiet" onPress={back.onPress}>{back.label}</Button>
      </Row>
    </Stack>
  )
}
