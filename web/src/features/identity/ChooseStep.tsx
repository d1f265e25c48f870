import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, PageHeader, Row, Stack, useProblemText, PickList } from '~/ui'
import { answerCode } from './commands'
import type { SignInStep } from './queries'

const known = ['employee', 'specialist', 'hr', 'staff'] as const

interface Props {
  challengeId: string
  code: string
  kinds: readonly string[]
  goOn: (step: SignInStep, code: string) => Promise<void>
  back: { label: string; onPress: () => void }
}

/** One address, several accounts: as whom? */
export function ChooseStep({ challengeId, code, kinds, goOn, back }: Props) {
  const t = useT()
  const text = useProblemText()
  const choose = useCommand(async (kind: string) => { await goOn(await answerCode(challengeId, code, kind), code) })
  // The server's refusal stands at a field there is none of here; its words are wanted all the same.
  const refusal = choose.error && (choose.error.errors[0]?.detail ?? text(choose.error))
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.choose.title')} lead={t('identity.choose.lead')} />
      {refusal && <Banner tone="danger" announce>{refusal}</Banner>}
      <PickList
        label={t('identity.choose.title')} pending={choose.isPending ? choose.variables : undefined} onPick={choose.mutate}
        picks={known.filter((kind) => kinds.includes(kind)).map((kind) => ({ id: kind, name: t(`identity.choose.${kind}`) }))}
      />
      <Row><Button variant="quiet" onPress={back.onPress}>{back.label}</Button></Row>
    </Stack>
  )
}
