import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Card, Chip, Confirm, CopyField, EmptyState, Facts, Loaded, Muted, Row, Section, Stack, Switch, TextSkeleton, toast, useProblemText } from '~/ui'
import { useCompaniesChanged, type Company } from '../queries'
import { Check } from './Check'
import { SsoForm } from './SsoForm'
import { ssoQuery, type Sso as Found } from './queries'

/** The company at Keycloak: whether it is there, its own sign-in, and whose people must use it. */
export default function Sso({ company }: { company: Company }) {
  const t = useT()
  const query = useQuery(ssoQuery(company.id))
  return (
    <Loaded query={query} skeleton={<TextSkeleton lines={5} />}>
      {(sso) => (sso.state === 'none'
        ? <EmptyState icon="lock" title={t('companies.sso.noKeycloak')}>{t('companies.sso.noKeycloak.text')}</EmptyState>
        : (
          <Stack gap={6}>
            <Muted>{t('companies.sso.text')}</Muted>
            <Banner tone="notice" title={t('companies.sso.beware')}>{t('companies.sso.beware.text')}</Banner>
            <SignIn company={company} sso={sso} />
            {sso.sign_in && <Demands company={company} sso={sso} />}
            <ForIt sso={sso} />
          </Stack>
          ))}
    </Loaded>
  )
}

function SignIn({ company, sso }: { company: Company; sso: Found }) {
  const t = useT()
  const format = useFormat()
  const [isOpen, setOpen] = useState(false)
  const { sign_in: signIn } = sso
  if (!signIn || isOpen) {
    if (company.is_archived) return <There sso={sso} />
    return (
      <Section title={t('companies.sso.signIn')}>
        <Stack gap={4}>
          <There sso={sso} />
          <Card tone="outline">
            <SsoForm
              key={signIn?.changed_at} company={company.id} before={signIn ?? undefined} onDone={() => { setOpen(false) }}
              {...(signIn && { onBack: () => { setOpen(false) } })}
            />
          </Card>
        </Stack>
      </Section>
    )
  }
  return (
    <Section title={t('companies.sso.signIn')}>
      <Stack gap={4}>
        <There sso={sso} />
        <Card>
          <Stack gap={4}>
            {signIn.failed_at != null && (
              <Banner tone="notice" title={t('companies.sso.failed', { at: format.momentInText(signIn.failed_at) })}>
                {t(signIn.failure === 'secret' ? 'companies.sso.failed.secret' : 'companies.sso.failed.other')}
              </Banner>
            )}
            <Row gap={2}>{signIn.is_on ? <Chip tone="positive" icon="check">{t('companies.sso.on')}</Chip> : <Chip>{t('companies.sso.off')}</Chip>}</Row>
            <Facts
              items={[
                [t('companies.sso.protocol'), t(`companies.sso.protocol.${signIn.protocol}`)],
                [t('companies.sso.entity'), signIn.entity],
                signIn.client_id != null && [t('companies.sso.clientId'), signIn.client_id],
                signIn.protocol === 'oidc' && [t('companies.sso.claim'), signIn.address_claim],
              ]}
            />
            <Row gap={2}>
              <Button onPress={() => { setOpen(true) }}>{t('companies.sso.change')}</Button>
              <Remove company={company} />
            </Row>
          </Stack>
        </Card>
        <Check company={company.id} />
      </Stack>
    </Section>
  )
}

/** Whether Keycloak has what stands here. */
function There({ sso }: { sso: Found }) {
  const t = useT()
  const format = useFormat()
  if (sso.state === 'done' && !sso.sign_in) return null
  if (sso.state === 'done') return <Muted small>{t('companies.sso.there.done', { at: format.momentInText(sso.done_at ?? '') })}</Muted>
  if (sso.state === 'waiting') return <Muted small>{t('companies.sso.there.waiting')}</Muted>
  const fault = sso.fault === 'taken_there' || sso.fault === 'unreachable' ? sso.fault : 'refused'
  return <Banner tone="danger">{t(`companies.sso.there.${fault}`)}</Banner>
}

function Remove({ company }: { company: Company }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const [isAsked, setAsked] = useState(false)
  const remove = useCommand(
    (_: undefined, key) => data(api.DELETE('/api/operator/companies/{id}/sso', { params: { path: { id: company.id } }, headers: idempotent(key) })),
    { onSettled: changed },
  )
  return (
    <>
      <Button variant="quiet" onPress={() => { setAsked(true) }}>{t('companies.sso.remove')}</Button>
      <Confirm
        title={t('companies.sso.remove.title')} confirm={t('companies.sso.remove')} isDanger isOpen={isAsked} onClose={() => { setAsked(false) }}
        onConfirm={() => remove.mutateAsync(undefined)}
      >
        <p>{t('companies.sso.remove.text')}</p>
      </Confirm>
    </>
  )
}

/** Whose people may come in no other way. */
function Demands({ company, sso }: { company: Company; sso: Found }) {
  const t = useT()
  const text = useProblemText()
  const changed = useCompaniesChanged()
  const [asked, setAsked] = useState<string>()
  const demand = useCommand(
    ({ domain, needs_sso }: { domain: string; needs_sso: boolean }, key) => data(api.PUT('/api/operator/companies/{id}/domains/{domain}/sso', {
      params: { path: { id: company.id, domain } }, body: { needs_sso }, headers: idempotent(key),
    })),
    { onSettled: changed, onSuccess: () => { toast(t('companies.sso.demand.saved')) } },
  )
  return (
    <Section title={t('companies.sso.demand')}>
      <Stack gap={3}>
        <Muted>{t('companies.sso.demand.text')}</Muted>
        {demand.error && <Banner tone="danger" announce>{text(demand.error)}</Banner>}
        {sso.domains.length === 0
          ? <Banner tone="notice">{t('companies.sso.demand.none')}</Banner>
          : sso.domains.map(({ domain, needs_sso }) => (
            <Switch
              key={domain} label={`@${domain}`} value={needs_sso} isDisabled={demand.isPending || company.is_archived}
              onChange={(next) => {
                // Asked for only where it takes something from people: their own way in.
                if (next) setAsked(domain)
                else demand.mutate({ domain, needs_sso: false })
              }}
            />
          ))}
        <Confirm
          title={t('companies.sso.demand.ask', { domain: asked ?? '' })} confirm={t('companies.sso.demand.yes')} isOpen={asked !== undefined}
          onClose={() => { setAsked(undefined) }} onConfirm={() => demand.mutateAsync({ domain: asked ?? '', needs_sso: true })}
        >
          <p>{t('companies.sso.demand.ask.text')}</p>
        </Confirm>
      </Stack>
    </Section>
  )
}

/** What the company's own people need to set their side up. */
function ForIt({ sso }: { sso: Found }) {
  const t = useT()
  const protocol = sso.sign_in?.protocol
  const isSaml = protocol === 'saml'
  return (
    <Section title={t('companies.sso.it')}>
      <Stack gap={4}>
        <Muted>{t(sso.sign_in ? 'companies.sso.it.text' : 'companies.sso.it.before')}</Muted>
        <CopyField label={t('companies.sso.it.redirect')} hint={t('companies.sso.it.redirect.hint')} rows={2} value={sso.redirect_uri} />
        {protocol !== 'oidc' && <CopyField label={t('companies.sso.it.entity')} hint={t('companies.sso.it.entity.hint')} rows={2} value={sso.entity_id} />}
        {isSaml && <CopyField label={t('companies.sso.it.metadata')} rows={2} value={sso.metadata_address} />}
        <CopyField
          label={t('companies.sso.it.logout')} hint={t(sso.sign_in ? 'companies.sso.it.logout.hint' : 'companies.sso.it.logout.either')} rows={2}
          value={isSaml ? sso.redirect_uri : sso.logout_uri}
        />
      </Stack>
    </Section>
  )
}
