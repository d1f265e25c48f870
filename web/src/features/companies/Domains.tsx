import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Button, Card, Confirm, EmptyState, Form, List, ListItem, Muted, Stack, TextField, toast, useForm } from '~/ui'
import { useCompaniesChanged, type Company } from './queries'

/** Mail domains: whoever proves an address of one may enter. */
export default function Domains({ company }: { company: Company }) {
  const t = useT()
  const [removed, setRemoved] = useState<string>()
  const domains = company.domains ?? []
  return (
    <Stack gap={4}>
      <Muted>{t('companies.domains.text')}</Muted>
      {domains.length === 0
        ? <EmptyState icon="link" title={t('companies.domains.none')} />
        : (
          <List label={t('companies.domains')}>
            {domains.map((domain) => (
              <ListItem
                key={domain} title={`@${domain}`}
                trailing={(
                  <Button variant="quiet" aria-label={t('companies.domains.remove.of', { domain })} onPress={() => { setRemoved(domain) }}>
                    {t('companies.domains.remove')}
                  </Button>
                )}
              />
            ))}
          </List>
          )}
      {!company.is_archived && <AddDomain key={domains.join()} company={company} />}
      <RemoveDomain company={company} domain={removed} onClose={() => { setRemoved(undefined) }} />
    </Stack>
  )
}

function AddDomain({ company }: { company: Company }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const form = useForm({
    initial: { domain: '' },
    check: ({ domain }) => ({ domain: domain.trim() === '' ? t('companies.domains.required') : undefined }),
    submit: ({ domain }, key) => data(api.POST('/api/operator/companies/{id}/domains', {
      params: { path: { id: company.id } }, body: { domain: domain.trim() }, headers: idempotent(key),
    })),
    onDone: () => {
      void changed()
      toast(t('companies.domains.added'))
    },
  })
  return (
    <Card tone="outline">
      <Form form={form} submit={t('companies.domains.add')}>
        <TextField
          label={t('companies.domains.new')} hint={t('companies.domains.new.hint')} inputMode="url" autoComplete="off" spellCheck="false" maxLength={253}
          {...form.field('domain')}
        />
      </Form>
    </Card>
  )
}

function RemoveDomain({ company, domain, onClose }: { company: Company; domain: string | undefined; onClose: () => void }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const [last, setLast] = useState(domain)
  if (domain !== undefined && domain !== last) setLast(domain)
  const remove = useCommand(
    (name: string, key) => data(api.DELETE('/api/operator/companies/{id}/domains/{domain}', {
      params: { path: { id: company.id, domain: name } }, headers: idempotent(key),
    })),
    { onSettled: changed },
  )
  return (
    <Confirm
      title={t('companies.domains.remove.title', { domain: last ?? '' })} confirm={t('companies.domains.remove')} isDanger
      isOpen={domain !== undefined} onClose={onClose} onConfirm={() => (last === undefined ? undefined : remove.mutateAsync(last))}
    >
      <p>{t('companies.domains.remove.text')}</p>
    </Confirm>
  )
}
