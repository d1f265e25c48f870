import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { useLang, useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, DateField, Dialog, Form, Grid, Loaded, Stack, TextField, TextSkeleton, toast, useForm } from '~/ui'
import { CoverageField, type Category } from './CoverageField'
import { categoriesQuery, useCompaniesChanged, type Contract } from './queries'
import { consequences, noTerms, sessionsOf, termsOf, type Consequence, type Terms } from './terms'

interface Props {
  company: string
  /** The one to change, or `new`; absent: closed. */
  contract: Contract | 'new' | undefined
  onClose: () => void
  /** Shows what another has saved meanwhile. */
  onReload: () => void
}

export function ContractDialog({ company, contract, onClose, onReload }: Props) {
  const t = useT()
  // What is being closed is still to be seen while it goes.
  const [last, setLast] = useState(contract)
  if (contract && contract !== last) setLast(contract)
  const before = last === 'new' ? undefined : last
  return (
    <Dialog
      size="wide" isOpen={contract !== undefined} onClose={onClose}
      title={before ? t('companies.contract.named', { number: before.number }) : t('companies.contract.new')}
    >
      <WithCategories key={before?.version} company={company} before={before} onDone={onClose} onReload={onReload} />
    </Dialog>
  )
}

interface FormProps {
  company: string
  before: Contract | undefined
  onDone: () => void
  onReload: () => void
}

function WithCategories(props: FormProps) {
  const lang = useLang()
  const query = useQuery(categoriesQuery)
  return (
    <Loaded query={query} skeleton={<TextSkeleton lines={5} />}>
      {({ categories }) => {
        const isCovered = (id: string) => props.before?.coverage.some((line) => line.category_id === id) === true
        // One that was withdrawn is not sold any more, but a contract may have it still.
        const offered = categories.filter(({ id, status }) => status === 'published' || isCovered(id))
        return <ContractForm {...props} categories={offered.map(({ id, name, icon }) => ({ id, icon, name: name[lang] ?? '' }))} />
      }}
    </Loaded>
  )
}

function ContractForm({ company, before, onDone, onReload, categories }: FormProps & { categories: readonly Category[] }) {
  const t = useT()
  const changed = useCompaniesChanged()
  const form = useForm<Terms>({
    initial: before ? termsOf(before) : noTerms,
    draft: before ? `contract-${before.id}-${String(before.version)}` : `contract-${company}`,
    check: useCheck(),
    submit: (terms, key) => save(company, before, terms, key),
    onDone: () => {
      onDone()
      void changed()
      toast(before ? t('companies.contract.changed') : t('companies.contract.made'))
    },
  })
  return (
    <Form form={form} submit={before ? t('companies.save') : t('companies.contract.create')} onReload={onReload}>
      <TextField label={t('companies.contract.number')} hint={t('companies.contract.number.hint')} maxLength={60} autoComplete="off" {...form.field('number')} />
      <Grid min={15}>
        <DateField label={t('companies.contract.from')} {...form.field('starts_on')} />
        <DateField label={t('companies.contract.to')} {...form.field('ends_on')} />
      </Grid>
      <CoverageField categories={categories} {...form.field('coverage')} errorAt={form.errorAt} />
      {before && <Consequences of={consequences(before, form.values)} categories={categories} />}
    </Form>
  )
}

/** What can be told at once; the rest the server tells. */
function useCheck() {
  const t = useT()
  return ({ number, starts_on, ends_on, coverage }: Terms) => ({
    number: number.trim() === '' ? t('companies.contract.number.required') : undefined,
    starts_on: starts_on === null ? t('companies.contract.from.required') : undefined,
    ends_on: ends_on === null
      ? t('companies.contract.to.required')
      : starts_on !== null && ends_on < starts_on ? t('companies.contract.endsBeforeStart') : undefined,
    ...(coverage.length === 0 && { coverage: t('companies.coverage.required') }),
    ...Object.fromEntries(coverage.map((line, at) => {
      const sessions = sessionsOf(line) ?? 0
      return [`coverage/${String(at)}/sessions_per_year`, sessions >= 1 && sessions <= 366 ? undefined : t('companies.coverage.sessions.required')]
    })),
  })
}

function save(company: string, before: Contract | undefined, terms: Terms, key: string): Promise<Contract> {
  const body = {
    number: terms.number.trim(),
    starts_on: terms.starts_on ?? '',
    ends_on: terms.ends_on ?? '',
    coverage: terms.coverage.map((line) => ({ category_id: line.category_id, sessions_per_year: sessionsOf(line) ?? 0 })),
  }
  const headers = idempotent(key)
  return before
    ? data(api.PUT('/api/operator/contracts/{id}', { params: { path: { id: before.id } }, body: { version: before.version, ...body }, headers }))
    : data(api.POST('/api/operator/companies/{id}/contracts', { params: { path: { id: company } }, body, headers }))
}

/** Said before it is saved, as it is being typed. */
function Consequences({ of: found, categories }: { of: readonly Consequence[]; categories: readonly Category[] }) {
  const t = useT()
  const format = useFormat()
  const nameOf = (id: string) => categories.find((category) => category.id === id)?.name ?? ''
  const say = (one: Consequence): string => {
    switch (one.kind) {
      case 'starts': return t('companies.change.starts', { from: format.civilDate(one.from), to: format.civilDate(one.to) })
      case 'ends': return t('companies.change.ends', { from: format.civilDate(one.from), to: format.civilDate(one.to) })
      case 'added': return t('companies.change.added', { category: nameOf(one.category), count: one.sessions })
      case 'removed': return t('companies.change.removed', { category: nameOf(one.category) })
      case 'fewer': return t('companies.change.fewer', { category: nameOf(one.category), from: one.from, to: one.to })
      case 'more': return t('companies.change.more', { category: nameOf(one.category), from: one.from, to: one.to })
    }
  }
  if (found.length === 0) return null
  return (
    <Banner tone="notice" title={t('companies.change.title')}>
      <Stack gap={2}>
        <ul>{found.map((one) => <li key={JSON.stringify(one)}>{say(one)}</li>)}</ul>
        <p>{t('companies.change.booked')}</p>
      </Stack>
    </Banner>
  )
}
