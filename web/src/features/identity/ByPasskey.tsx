import { useEffect, useEffectEvent, useState } from 'react'
import { asProblem, useCommand } from '~/api'
import { useT } from '~/i18n'
import { canUsePasskeys, passkeysByAutofill, usePasskeys } from '~/shell/proof'
import { Banner, Button, Muted, Row, Stack, useProblemText } from '~/ui'
import type { Arrive } from './arrive'

/** A ceremony is good for five minutes, and this page may stay open for an hour. */
const RENEW_MS = 4 * 60_000

/** Into one's account by a passkey: by the button, or from the list which the browser shows under the address. */
export function ByPasskey({ arrive }: { arrive: Arrive }) {
  const t = useT()
  const text = useProblemText()
  const passkeys = usePasskeys()
  const [isPressed, setPressed] = useState(false)
  const enter = useCommand(async () => {
    setPressed(true)
    try {
      await passkeys.signIn()
      await arrive(false)
    } finally {
      setPressed(false)
    }
  })
  const refusal = usePasskeysUnderField(arrive, isPressed) ?? enter.error
  if (!canUsePasskeys()) return null
  return (
    <Stack gap={3}>
      <Muted small>{t('identity.passkey.about')}</Muted>
      {refusal && <Banner tone="danger" announce>{text(refusal)}</Banner>}
      <Row><Button icon="key" isPending={enter.isPending} onPress={() => { enter.mutate(undefined) }}>{t('identity.passkey.signIn')}</Button></Row>
    </Stack>
  )
}

/** Offers passkeys under the field for as long as the page is open, except while the browser's own window asks for one. Gives a refusal. */
function usePasskeysUnderField(arrive: Arrive, isPaused: boolean) {
  const passkeys = usePasskeys()
  const [refusal, setRefusal] = useState<ReturnType<typeof asProblem>>()
  const offer = useEffectEvent(async (signal: AbortSignal) => {
    if (!(await passkeysByAutofill()) || signal.aborted) return
    try {
      await passkeys.signIn({ byAutofill: true, signal })
      await arrive(false)
    } catch (error) {
      const problem = asProblem(error)
      // Only what the server said of a chosen passkey is worth a word: nobody has asked for the list itself.
      if (problem.status > 0) setRefusal(problem)
    }
  })
  useEffect(() => {
    if (isPaused) return
    let present = new AbortController()
    const begin = () => {
      present.abort()
      present = new AbortController()
      void offer(present.signal)
    }
    begin()
    const timer = setInterval(begin, RENEW_MS)
    return () => {
      clearInterval(timer)
      present.abort()
    }
  }, [isPaused])
  return refusal
}
