import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { accounts, api, audienceOf, data, meQuery, settleProof, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, Form, Muted, Row, Stack, TextField, toast, useForm, useProblemText } from '~/ui'
import { CodeField } from './CodeField'
import { canUsePasskeys, usePasskeys } from './passkeys'
import type { Ways } from './queries'

/** The surest and quickest first; a recovery code is spent by showing it, so it comes last. */
const order = ['passkey', 'totp', 'code', 'recovery'] as const
type Way = (typeof order)[number]

const offeredBy = (ways: Ways): Way[] => {
  const has: Record<Way, boolean> = {
    passkey: ways.has_passkey && canUsePasskeys(), totp: ways.has_totp, code: ways.has_email_code, recovery: ways.has_recovery_codes,
  }
  return order.filter((way) => has[way])
}

interface Props {
  ways: Ways
  onShown: () => void
}

/** Shows who one is by one of one's ways, and offers the others. */
export function Prove({ ways, onShown }: Props) {
  const t = useT()
  const offered = offeredBy(ways)
  const [chosen, choose] = useState<Way>()
  const way = chosen ?? offered[0]
  if (way === undefined) return ways.has_passkey ? <Banner tone="notice">{t('proof.passkey.absent')}</Banner> : <Nothing onShown={onShown} />
  const others = offered.filter((other) => other !== way)
  const forms: Record<Way, ReactNode> = {
    passkey: <ByPasskey onShown={onShown} />,
    totp: <ByCode key="totp" way="totp" send={(code) => data(api.POST('/api/auth/proof/totp', { body: { code } }))} onShown={onShown} />,
    code: <ByMailedCode onShown={onShown} />,
    recovery: <ByCode key="recovery" way="recovery" send={(code) => data(api.POST('/api/auth/proof/recovery-code', { body: { code } }))} onShown={onShown} />,
  }
  return (
    <Stack gap={5}>
      {forms[way]}
      {others.length > 0 && (
        <Stack gap={2}>
          <Muted small>{t('proof.other')}</Muted>
          <Row gap={2}>{others.map((other) => <Button key={other} onPress={() => { choose(other) }}>{t(`proof.way.${other}`)}</Button>)}</Row>
        </Stack>
      )}
    </Stack>
  )
}

function ByPasskey({ onShown }: Pick<Props, 'onShown'>) {
  const t = useT()
  const text = useProblemText()
  const passkeys = usePasskeys()
  const show = useCommand(() => passkeys.show(), { onSuccess: onShown })
  return (
    <Stack gap={4}>
      <p>{t('proof.passkey.lead')}</p>
      {show.error && <Banner tone="danger" announce>{text(show.error)}</Banner>}
      <Row><Button variant="primary" icon="key" isPending={show.isPending} onPress={() => { show.mutate(undefined) }}>{t('proof.passkey.show')}</Button></Row>
    </Stack>
  )
}

function ByCode({ way, send, onShown }: Pick<Props, 'onShown'> & { way: 'totp' | 'recovery'; send: (code: string) => Promise<unknown> }) {
  const t = useT()
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: code.trim() === '' ? t('proof.code.required') : undefined }),
    submit: ({ code }) => send(code.trim()),
    onDone: onShown,
  })
  return (
    <Form form={form} submit={t('proof.confirm')}>
      {way === 'totp'
        ? <CodeField label={t('proof.totp.label')} hint={t('proof.totp.hint')} {...form.field('code')} />
        : (
          <TextField
            label={t('proof.recovery.label')} hint={t('proof.recovery.hint')} autoComplete="off" spellCheck="false" maxLength={40}
            {...form.field('code')}
          />
          )}
    </Form>
  )
}

function ByMailedCode({ onShown }: Pick<Props, 'onShown'>) {
  const t = useT()
  const text = useProblemText()
  const [challenge, setChallenge] = useState<string>()
  const ask = useCommand(() => data(api.POST('/api/auth/proof/code/start')), {
    onSuccess: ({ challenge_id }) => {
      if (challenge !== undefined) toast(t('proof.code.sent'))
      setChallenge(challenge_id)
    },
  })
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) => ({ code: code.trim() === '' ? t('proof.code.required') : undefined }),
    submit: ({ code }) => data(api.POST('/api/auth/proof/code', { body: { challenge_id: challenge ?? '', code: code.trim() } })),
    onDone: onShown,
  })
  const refusal = ask.error && <Banner tone="danger" announce>{text(ask.error)}</Banner>
  if (challenge === undefined) {
    return (
      <Stack gap={4}>
        <p>{t('proof.code.lead')}</p>
        {refusal}
        <Row><Button variant="primary" icon="mail" isPending={ask.isPending} onPress={() => { ask.mutate(undefined) }}>{t('proof.code.send')}</Button></Row>
      </Stack>
    )
  }
  const again = <Button variant="quiet" isPending={ask.isPending} onPress={() => { ask.mutate(undefined) }}>{t('proof.code.again')}</Button>
  return (
    <Stack gap={4}>
      {refusal}
      <Form form={form} submit={t('proof.confirm')} actions={again}>
        <CodeField label={t('proof.code.label')} hint={t('proof.code.hint')} {...form.field('code')} />
      </Form>
    </Stack>
  )
}

/** Nothing was ever set up. In the demo that is the rule, and its one-click sign-in is proof enough there. */
function Nothing({ onShown }: Pick<Props, 'onShown'>) {
  const t = useT()
  const text = useProblemText()
  const queryClient = useQueryClient()
  const { data: me } = useQuery(meQuery)
  const again = useCommand((person_id: string) => data(api.POST('/api/demo/sign-in', { body: { person_id } })), {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
      onShown()
    },
  })
  const person = me?.person
  if (!person) return null
  if (me.is_demo) {
    return (
      <Stack gap={4}>
        <p>{t('proof.demo.text')}</p>
        {again.error && <Banner tone="danger" announce>{text(again.error)}</Banner>}
        <Row><Button variant="primary" isPending={again.isPending} onPress={() => { again.mutate(person.id) }}>{t('proof.confirm')}</Button></Row>
      </Stack>
    )
  }
  return (
    <Banner tone="notice" title={t('proof.nothing.title')}>
      <p>{t('proof.nothing.text')}</p>
      <p><Link to={`${accounts[audienceOf(person)]}/security` as never} onClick={() => { settleProof(false) }}>{t('proof.nothing.link')}</Link></p>
    </Banner>
  )
}
