import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { meQuery } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { useIsKeycloak } from '~/shell/keycloak'
import { FileField, Form, PageHeader, Row, Stack, TextArea, toast, useBack, useForm } from '~/ui'
import { useArrive } from './arrive'
import { KEEP_ACCESS } from './keep-access'
import { useKept } from './kept'
import { WayStep } from './keycloak/WayStep'
import { NameStep } from './NameStep'
import { enterWithPass, lookAtPass, renewWithPass } from './pass/commands'
import { HAVE, isHave, type Have } from './pass/kept'
import { isPart, passIn } from './pass/text'

const PASS_MAX = 2000

/** A first entry with a pass that was fetched a moment or weeks ago; or, for who came with one, a longer stay. */
export default function ByPass() {
  const { data: me } = useQuery(meQuery)
  const [have, setHave] = useKept<Have>(HAVE, isHave)
  if (me === undefined) return null
  if (me.person?.kind === 'employee') return <Renew pass={have?.pass ?? ''} onDone={() => { setHave(undefined) }} />
  return <Enter have={have} setHave={setHave} />
}

function Enter({ have, setHave }: { have: Have | undefined; setHave: (have: Have | undefined) => void }) {
  const t = useT()
  const format = useFormat()
  const arrive = useArrive(undefined, KEEP_ACCESS)
  const isKeycloak = useIsKeycloak()
  const again = () => { setHave(undefined) }
  useBack(have !== undefined, again)
  if (!have) return <Bring onSeen={setHave} />
  if (have.name !== undefined) {
    const { name, ...unnamed } = have
    return (
      <WayStep
        newcomer={{ proof: { kind: 'pass', pass: have.pass }, name, isAtWork: false }}
        back={{ label: t('identity.way.name'), onPress: () => { setHave(unnamed) } }}
      />
    )
  }
  return (
    <NameStep
      company={have.company} hasEmail={isKeycloak ? undefined : false} isByPass
      lead={t('identity.pass.name.lead', { company: have.company, date: format.civilDate(have.until) })}
      submit={async (name) => {
        if (isKeycloak) {
          setHave({ ...have, name })
          return
        }
        await enterWithPass(have.pass, name)
        setHave(undefined)
        await arrive(true)
      }}
      back={{ label: t('identity.pass.another'), onPress: again }}
    />
  )
}

function Bring({ onSeen }: { onSeen: (have: Have) => void }) {
  const t = useT()
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.pass.bring.title')} lead={t('identity.pass.bring.lead')} />
      <PassForm
        pass="" submit={t('identity.continue')}
        act={async (pass) => {
          const seen = await lookAtPass(pass)
          return () => { onSeen({ pass, company: seen.company_name, until: seen.lets_in_until }) }
        }}
      />
      <Row justify="between">
        <Link to="/enter" search={{ by: 'code' }}>{t('identity.enter.byCode')}</Link>
        <Link to="/enter" search={{ by: 'email' }}>{t('identity.enter.byEmail')}</Link>
        <Link to="/sign-in" search={{}}>{t('identity.enter.signIn')}</Link>
      </Row>
    </Stack>
  )
}

function Renew({ pass, onDone }: { pass: string; onDone: () => void }) {
  const t = useT()
  const format = useFormat()
  const router = useRouter()
  const queryClient = useQueryClient()
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.pass.renew.title')} lead={t('identity.pass.renew.lead')} />
      <PassForm
        pass={pass} submit={t('identity.pass.renew')}
        act={async (pass) => {
          const { ends_on } = await renewWithPass(pass)
          return () => {
            onDone()
            toast(t('identity.pass.renewed', { date: format.civilDate(ends_on) }))
            void queryClient.invalidateQueries()
            void router.navigate({ to: '/me' })
          }
        }}
      />
      <Row><Link to="/enter" search={{ by: 'code' }}>{t('identity.pass.fetchNew')}</Link></Row>
    </Stack>
  )
}

/** A pass, typed in or out of a file. `act` gives what is to be done once it was taken. */
function PassForm({ pass, submit, act }: { pass: string; submit: string; act: (pass: string) => Promise<() => void> }) {
  const t = useT()
  const [file, setFile] = useState<File | null>(null)
  const [mistake, setMistake] = useState<string>()
  const form = useForm({
    initial: { pass },
    // Whoever has chosen a file reads what is wrong with that, and not besides that nothing was pasted.
    check: ({ pass }) => (pass.trim() !== '' ? {} : mistake === undefined ? { pass: t('identity.pass.required') } : { file: mistake }),
    submit: ({ pass }) => act(passIn(pass) ?? pass.trim()),
    onDone: (goOn) => { goOn() },
  })
  const field = form.field('pass')
  return (
    <Form form={form} submit={submit}>
      <TextArea label={t('identity.pass.label')} rows={5} maxLength={PASS_MAX} autoComplete="off" spellCheck="false" {...field} />
      <FileField
        label={t('identity.pass.file')} accept={['.txt', 'text/plain']} wrongType={t('identity.pass.file.kind')} maxBytes={1_000_000} optional name="file" value={file} error={mistake}
        onChange={(chosen, wrong) => {
          setFile(chosen)
          setMistake(wrong)
          form.forgive('file')
          form.forgive('pass')
          // What was pasted stays where the file holds nothing better.
          void chosen?.text().then((text) => {
            const found = passIn(text)
            if (found === undefined) setMistake(t(isPart(text) ? 'identity.pass.file.part' : 'identity.pass.file.none'))
            else field.onChange(found)
          })
        }}
      />
    </Form>
  )
}
