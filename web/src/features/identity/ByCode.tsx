import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { meQuery } from '~/api'
import { useT } from '~/i18n'
import { useIsKeycloak } from '~/shell/keycloak'
import { Form, PageHeader, Row, Stack, TextField, TextSkeleton, useBack, useForm } from '~/ui'
import { useArrive } from './arrive'
import { enterWithCompanyCode, lookAtCompanyCode } from './commands'
import { hasTexts, useKept } from './kept'
import { KEEP_ACCESS } from './keep-access'
import { NameStep } from './NameStep'
import { WayStep } from './keycloak/WayStep'

// Of few companies: fetched where it is used.
const FetchPass = lazy(() => import('./pass/FetchPass'))

interface Known {
  code: string
  company: string
  /** Where the company gives passes. */
  pass?: { company_id: string; is_needed: boolean } | null
  /** The code is for many people. */
  isShared?: boolean
  /** The company's people may sign in at it. */
  isAtWork?: boolean
  /** What to call them: said, and the way in is all that is left. */
  name?: string
}
const isKnown = (value: unknown): value is Known => hasTexts(value, ['code', 'company'])

/** A first entry by a company's access code: the code, a nickname, and no more. */
export function ByCode() {
  const t = useT()
  // Without an address the device is the only way back, so that is spoken of first.
  const arrive = useArrive(undefined, KEEP_ACCESS)
  const [known, setKnown] = useKept<Known>('company-code', isKnown)
  const [code, setCode] = useState('')
  const again = () => {
    setCode(known?.code ?? '')
    setKnown(undefined)
  }
  const isKeycloak = useIsKeycloak()
  useBack(known !== undefined, again)
  const { data: me } = useQuery(meQuery)
  if (known?.pass && (known.pass.is_needed || me?.person?.kind === 'employee')) {
    return (
      <Suspense fallback={<TextSkeleton lines={6} />}>
        <FetchPass
          proof={{ kind: 'code', code: known.code }} company={{ id: known.pass.company_id, name: known.company }} gives={known.isShared === true ? 'shared' : 'once'}
          back={{ label: t('identity.code.another'), onPress: again }}
        />
      </Suspense>
    )
  }
  if (known?.name !== undefined) {
    const { name, ...unnamed } = known
    return (
      <WayStep
        newcomer={{ proof: { kind: 'code', code: known.code }, name, isAtWork: known.isAtWork === true }}
        back={{ label: t('identity.way.name'), onPress: () => { setKnown(unnamed) } }}
      />
    )
  }
  if (!known) return <CodeStep code={code} onKnown={setKnown} />
  return (
    <NameStep
      company={known.company} hasEmail={isKeycloak ? undefined : false}
      submit={async (name) => {
        if (isKeycloak) {
          setKnown({ ...known, name })
          return
        }
        await enterWithCompanyCode(known.code, name)
        setKnown(undefined)
        await arrive(true)
      }}
      back={{ label: t('identity.code.another'), onPress: again }}
    />
  )
}

function CodeStep({ code, onKnown }: { code: string; onKnown: (known: Known) => void }) {
  const t = useT()
  const form = useForm({
    initial: { code },
    draft: 'entry-code',
    check: ({ code }) => ({ code: code.trim() === '' ? t('identity.code.required') : undefined }),
    submit: ({ code }) => lookAtCompanyCode(code.trim()),
    onDone: ({ company_name, pass, is_shared, is_at_work }, { code }) => {
      onKnown({ code: code.trim(), company: company_name, pass: pass ?? null, isShared: is_shared, isAtWork: is_at_work })
    },
  })
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.code.title')} lead={t('identity.code.lead')} />
      <Form form={form} submit={t('identity.continue')}>
        <TextField label={t('identity.code.label')} hint={t('identity.code.hint')} autoComplete="off" maxLength={40} spellCheck="false" {...form.field('code')} />
      </Form>
      <Row justify="between">
        <Link to="/enter" search={{ by: 'email' }}>{t('identity.enter.byEmail')}</Link>
        <Link to="/enter" search={{ by: 'pass' }}>{t('identity.enter.byPass')}</Link>
        <Link to="/sign-in" search={{}}>{t('identity.enter.signIn')}</Link>
      </Row>
    </Stack>
  )
}
