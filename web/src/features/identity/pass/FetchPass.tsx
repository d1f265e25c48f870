import { useQuery } from '@tanstack/react-query'
import { asProblem, meQuery, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, LinkButton, Muted, PageHeader, Row, Stack, useProblemText } from '~/ui'
import { hasTexts, useKept } from '../kept'
import { useHeadingFocus } from '../useHeadingFocus'
import type { Wallet } from './blind'
import { readKey, sign, type PassProof } from './commands'
import { HavePass } from './HavePass'
import { HAVE, isHave, type Gives, type Have } from './kept'

interface Props {
  proof: PassProof
  company: { id: string; name: string }
  gives?: Gives
  back: { label: string; onPress: () => void }
  /** By the company's own sign-in. */
  isVouched?: boolean
  /** The pass is kept, and the tab goes on. */
  onLeave?: () => void
}

const isWallet = (value: unknown): value is Wallet => hasTexts(value, ['fingerprint', 'key', 'message', 'inverse', 'blinded'])

/** Who has proven that they may enter fetches a pass, which says that and not who they are. */
export default function FetchPass({ proof, company, gives = 'period', back, isVouched = false, onLeave }: Props) {
  const t = useT()
  const text = useProblemText()
  const { data: me } = useQuery(meQuery)
  const [have, setHave] = useKept<Have>(HAVE, isHave)
  const [wallet, setWallet] = useKept<Wallet>('pass-wallet', isWallet)
  useHeadingFocus(have ? 'have' : 'fetch')
  const fetched = useCommand(async () => {
    const { blind, unblind } = await import('./blind')
    const key = await readKey(company.id)
    // A request that was lost is made again, for the same message: another one would be refused.
    const mine = wallet?.fingerprint === key.fingerprint ? wallet : await blind(key.key, key.fingerprint)
    setWallet(mine)
    const { signature } = await sign(proof, mine.fingerprint, mine.blinded)
    return { pass: await unblind(mine, signature), company: company.name, until: key.lets_in_until, fingerprint: key.fingerprint, gives }
  }, {
    onSuccess: (found) => {
      setHave(found)
      setWallet(undefined)
    },
    onError: (error) => { if (asProblem(error).code === 'pass_key_changed') setWallet(undefined) },
  })
  if (have?.company === company.name) {
    return <HavePass have={have} isRenewal={me?.person?.kind === 'employee'} onForget={() => { setHave(undefined) }} onLeave={() => { onLeave?.() }} />
  }
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.pass.fetch.title')} lead={t('identity.pass.fetch.lead', { company: company.name })} />
      {fetched.error && <Banner tone="danger" announce>{text(fetched.error)}</Banner>}
      <Banner tone="private" title={t('identity.pass.how')}>{t('identity.pass.how.text')} {t(`identity.pass.noted.${gives}`)}</Banner>
      <Muted>{t('identity.pass.limits')}{isVouched && ` ${t('identity.pass.limits.work')}`}</Muted>
      <Row gap={2}>
        <Button variant="primary" icon="lock" isPending={fetched.isPending} onPress={() => { fetched.mutate(undefined) }}>{t('identity.pass.fetch')}</Button>
        <Button variant="quiet" onPress={back.onPress}>{back.label}</Button>
        <LinkButton variant="quiet" to="/enter" search={{ by: 'pass' }}>{t('identity.pass.mine')}</LinkButton>
      </Row>
    </Stack>
  )
}
