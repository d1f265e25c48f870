import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Card, Confirm, CopyField, EmptyState, Form, List, ListItem, Loaded, Muted, Row, Section, Stack, TextField, toast, useForm } from '~/ui'
import { scimQuery, useCompaniesChanged, type Company, type Scim as Endpoint, type ScimToken } from './queries'
import { MadeTokenDialog, MakeTokenDialog } from './ScimTokenDialogs'

/** How many tokens may be in force at once. */
const TOKENS_MAX = 2

/** The company's directory keeps the roster by itself: its address, the tokens that open it, from where it may be asked. */
export default function Scim({ company }: { company: Company }) {
  const t = useT()
  const query = useQuery(scimQuery(company.id))
  return (
    <Stack gap={5}>
      <Muted>{t('companies.scim.text')}</Muted>
      <Loaded query={query}>
        {(scim) => (
          <Stack gap={6}>
            <CopyField label={t('companies.scim.address')} hint={t('companies.scim.address.hint')} value={scim.address} />
            <Tokens company={company} scim={scim} />
            <Networks company={company} scim={scim} />
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}

function Tokens({ company, scim }: { company: Company; scim: Endpoint }) {
  const t = useT()
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<string>()
  const [ended, setEnded] = useState<ScimToken>()
  const isFull = scim.tokens.filter((token) => token.state === 'active').length >= TOKENS_MAX
  const make = !company.is_archived && !isFull && <Button icon="key" onPress={() => { setMaking(true) }}>{t('companies.scim.make')}</Button>
  return (
    <Section title={t('companies.scim.tokens')}>
      <Stack gap={4}>
        {scim.tokens.length === 0
          ? <EmptyState icon="key" title={t('companies.scim.tokens.none')} action={make}><p>{t('companies.scim.tokens.none.text')}</p></EmptyState>
          : (
            <>
              <List label={t('companies.scim.tokens')}>
                {scim.tokens.map((token) => <Token key={token.id} token={token} onEnd={() => { setEnded(token) }} />)}
              </List>
              {isFull ? <Muted>{t('companies.scim.two')}</Muted> : <Row>{make}</Row>}
            </>
            )}
      </Stack>
      <MakeTokenDialog
        company={company} isOpen={isMaking} onClose={() => { setMaking(false) }}
        onMade={(token) => {
          setMaking(false)
          setMade(token)
        }}
      />
      <MadeTokenDialog token={made} onClose={() => { setMade(undefined) }} />
      <EndToken token={ended} onClose={() => { setEnded(undefined) }} />
    </Section>
  )
}

function Token({ token, onEnd }: { token: ScimToken; onEnd: () => void }) {
  const t = useT()
  const format = useFormat()
  const life = token.state === 'expired'
    ? t('companies.scim.token.expired')
    : token.expires_on == null ? t('companies.scim.token.always') : t('companies.scim.token.until', { date: format.civilDate(token.expires_on) })
  const use = token.last_used_on == null ? t('companies.scim.token.unused') : t('companies.scim.token.used', { date: format.civilDate(token.last_used_on) })
  return (
    <ListItem
      title={t('companies.scim.token', { hint: token.hint })} text={`${life}, ${use}`}
      trailing={<Button variant="quiet" aria-label={t('companies.scim.end.of', { hint: token.hint })} onPress={onEnd}>{t('companies.scim.end')}</Button>}
    />
  )
}

function EndToken({ token, onClose }: { token: ScimToken | undefined; onClose: () => void }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const [last, setLast] = useState(token)
  if (token && token !== last) setLast(token)
  const end = useCommand(
    (id: string, key) => data(api.POST('/api/operator/scim-tokens/{id}/end', { params: { path: { id } }, headers: idempotent(key) })),
    { onSettled: changed },
  )
  return (
    <Confirm
      title={t('companies.scim.end.title', { hint: last?.hint ?? '' })} confirm={t('companies.scim.end')} isDanger
      isOpen={token !== undefined} onClose={onClose} onConfirm={() => (last === undefined ? undefined : end.mutateAsync(last.id))}
    >
      <p>{t('companies.scim.end.text')}</p>
    </Confirm>
  )
}

const saveNetworks = (company: string, networks: readonly string[], key: string) =>
  data(api.PUT('/api/operator/companies/{id}/scim/networks', {
    params: { path: { id: company } }, body: { networks: [...networks] }, headers: idempotent(key),
  }))

function Networks({ company, scim }: { company: Company; scim: Endpoint }) {
  const t = useT()
  const [removed, setRemoved] = useState<string>()
  return (
    <Section title={t('companies.scim.networks')}>
      <Stack gap={4}>
        <Muted>{t('companies.scim.networks.text')}</Muted>
        {scim.networks.length === 0
          ? <Banner>{t('companies.scim.networks.none')}</Banner>
          : (
            <List label={t('companies.scim.networks')}>
              {scim.networks.map((network) => (
                <ListItem
                  key={network} title={network}
                  trailing={(
                    <Button variant="quiet" aria-label={t('companies.scim.networks.remove.of', { network })} onPress={() => { setRemoved(network) }}>
                      {t('companies.scim.networks.remove')}
                    </Button>
                  )}
                />
              ))}
            </List>
            )}
        {!company.is_archived && <AddNetwork key={scim.networks.join()} company={company} networks={scim.networks} />}
      </Stack>
      <RemoveNetwork company={company} networks={scim.networks} network={removed} onClose={() => { setRemoved(undefined) }} />
    </Section>
  )
}

function AddNetwork({ company, networks }: { company: Company; networks: readonly string[] }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const form = useForm({
    initial: { network: '' },
    check: ({ network }) => ({ network: network.trim() === '' ? t('companies.scim.networks.required') : undefined }),
    submit: ({ network }, key) => saveNetworks(company.id, [...networks, network.trim()], key),
    onDone: () => {
      void changed()
      toast(t('companies.scim.networks.added'))
    },
  })
  return (
    <Card tone="outline">
      <Form form={form} submit={t('companies.scim.networks.add')}>
        <TextField
          label={t('companies.scim.networks.new')} hint={t('companies.scim.networks.new.hint')} autoComplete="off" spellCheck="false" maxLength={60}
          {...form.field('network')} error={form.errorAt('network') ?? form.errorAt(`networks/${String(networks.length)}`)}
        />
      </Form>
    </Card>
  )
}

function RemoveNetwork({ company, networks, network, onClose }: { company: Company; networks: readonly string[]; network: string | undefined; onClose: () => void }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const [last, setLast] = useState(network)
  if (network !== undefined && network !== last) setLast(network)
  const save = useCommand((left: readonly string[], key) => saveNetworks(company.id, left, key), { onSettled: changed })
  return (
    <Confirm
      title={t('companies.scim.networks.remove.title', { network: last ?? '' })} confirm={t('companies.scim.networks.remove')} isDanger
      isOpen={network !== undefined} onClose={onClose} onConfirm={() => save.mutateAsync(networks.filter((one) => one !== last))}
    >
      <p>{t('companies.scim.networks.remove.text')}</p>
    </Confirm>
  )
}
