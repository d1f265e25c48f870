// The link of an invitation: of a specialist, a company's HR, staff, or of the first administrator. Its secret is in the fragment, which browsers send to nobody.
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import { api, asProblem, data, meQuery, type components } from '~/api'
import { brand } from '~/brand'
import { adoptLang, useLang, useT, type Lang } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Disclosure, Form, LinkButton, Loaded, Muted, PageHeader, Row, Select, Stack, TextField, TextSkeleton, useForm, ZoneField } from '~/ui'
import { useIsKeycloak } from '~/shell/keycloak'
import { useArrive } from './arrive'
import { acceptInvitation, deviceZone } from './commands'
import { KEEP_ACCESS } from './keep-access'
import { hasTexts, useKept } from './kept'
import { WayStep } from './keycloak/WayStep'

type Content = components['schemas']['InvitationContent']

export default function InvitationPage() {
  const token = useLocation({ select: ({ hash }) => hash })
  return <Invitation key={token} token={token} />
}

function Invitation({ token }: { token: string }) {
  // What was read stays on the screen: accepting uses the invitation up, and to ask again would show it as over.
  const [seen, setSeen] = useState<Content>()
  const query = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => data(api.POST('/api/invitations/read', { body: { token } })),
    enabled: token !== '' && !seen, retry: false, staleTime: Infinity,
  })
  if (query.data && !seen) setSeen(query.data)
  const invitation = seen ?? query.data
  if (invitation) return <Accept token={token} invitation={invitation} />
  const code = query.error && asProblem(query.error).code
  // A secret which the server cannot even read (cut off by a mail program) is as good as none.
  if (token === '' || code === 'invitation_over' || code === 'invalid_fields') return <Over />
  return <Loaded query={query} skeleton={<TextSkeleton lines={6} />}>{() => null}</Loaded>
}

/** Expired, withdrawn, used, or never there: the server does not tell which, and the way on is the same. */
function Over() {
  const t = useT()
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.over.title')} lead={t('identity.over.lead')} />
      <Stack gap={2}>
        <p>{t('identity.over.used')}</p>
        <p>{t('identity.over.new')}</p>
      </Stack>
      <Row><LinkButton to="/sign-in" search={{}} variant="primary">{t('identity.over.signIn')}</LinkButton></Row>
      <Disclosure title={t('identity.over.launch')}><Muted small>{t('identity.over.bootstrap')}</Muted></Disclosure>
    </Stack>
  )
}

const known = ['specialist', 'hr', 'staff', 'bootstrap'] as const
const kindOf = (kind: string) => known.find((one) => one === kind) ?? 'staff'

/** Whoever has accepted, and has yet to choose how to sign in. */
interface Invited { token: string; name: string; zone: string }
const isInvited = (value: unknown): value is Invited => hasTexts(value, ['token', 'name', 'zone'])

/** Each language by its own name. */
const languages: { id: Lang; label: string }[] = [{ id: 'ru', label: 'Русский' }, { id: 'kk', label: 'Қазақша' }, { id: 'en', label: 'English' }]

function Accept({ token, invitation }: { token: string; invitation: Content }) {
  const t = useT()
  const lang = useLang()
  const format = useFormat()
  const kind = kindOf(invitation.kind)
  // Staff are led to their second factor by the guard of the first screen; a specialist is offered a passkey.
  const arrive = useArrive(kind === 'specialist' ? KEEP_ACCESS : undefined)
  const isKeycloak = useIsKeycloak()
  // Kept over the way to Keycloak and back.
  const [invited, setInvited] = useKept<Invited>('invited', isInvited)
  const form = useForm({
    initial: { display_name: invitation.name, time_zone: deviceZone() },
    check: ({ display_name }) => ({ display_name: display_name.trim() === '' ? t('identity.invitation.name.required') : undefined }),
    submit: async ({ display_name, time_zone }) => {
      if (isKeycloak) {
        setInvited({ token, name: display_name.trim(), zone: time_zone })
        return
      }
      await acceptInvitation({ token, display_name: display_name.trim(), time_zone })
      await arrive(false)
    },
  })
  if (invited?.token === token) {
    const newcomer = { proof: { kind: 'invitation', token } as const, name: invited.name, zone: invited.zone, isAtWork: invitation.is_at_work }
    return <WayStep newcomer={newcomer} address={invitation.email ?? undefined} back={{ label: t('identity.keep.back'), onPress: () => { setInvited(undefined) } }} />
  }
  return (
    <Stack gap={5}>
      <PageHeader
        title={t(`identity.invitation.${kind}.title`)}
        lead={t(`identity.invitation.${kind}.lead`, { brand: brand().name[lang] })}
      />
      <WhoIsHere />
      <Form form={form} submit={t(isKeycloak ? 'identity.continue' : 'identity.invitation.accept')}>
        {/* The secret came to this address, which proves it: nothing to type. */}
        {invitation.email != null && <p>{t('identity.invitation.email', { email: invitation.email })}</p>}
        <TextField
          label={t('identity.invitation.name')} hint={t(`identity.invitation.${kind}.name`)} autoComplete="name" maxLength={80}
          {...form.field('display_name')}
        />
        <Select
          label={t('identity.invitation.language')} hint={t('identity.invitation.language.hint')} options={languages} value={lang}
          onChange={(chosen) => { void adoptLang(chosen) }}
        />
        <ZoneField label={t('identity.invitation.zone')} hint={t('identity.invitation.zone.hint')} {...form.field('time_zone')} />
      </Form>
      <Muted small>{t('identity.invitation.until', { until: format.stamp(invitation.expires_at) })}</Muted>
      <p><Link to="/sign-in" search={{}}>{t('identity.invitation.signIn')}</Link></p>
    </Stack>
  )
}

/** On a shared device somebody else may be signed in: accepting ends that here. */
function WhoIsHere() {
  const t = useT()
  const { data: me } = useQuery(meQuery)
  if (!me?.person) return null
  return <Banner tone="notice">{t('identity.invitation.other', { name: me.person.display_name })}</Banner>
}
