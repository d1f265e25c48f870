// Two separate documents, each agreed to by itself, unticked. Asked before the first booking; read and withdrawn here at any time.
import { useQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Loader } from '~/api'
import { useFormat } from '~/i18n/format'
import { useT } from '~/i18n'
import { Banner, Button, Card, Confirm, Disclosure, Loaded, Muted, PageHeader, Row, Stack, TextSkeleton, useProblemText } from '~/ui'
import { consentsQuery, employerText, ownAccountQuery, useGive, useWithdraw, type Consent } from './queries'

export const loader: Loader = ({ queryClient }) => Promise.all([queryClient.query(consentsQuery), queryClient.query(ownAccountQuery)])

export default function ConsentsPage() {
  const t = useT()
  const { next } = useSearch({ from: '/employee/consents' })
  const query = useQuery(consentsQuery)
  const { data: account } = useQuery(ownAccountQuery)
  return (
    <>
      <PageHeader title={t('consents.title')} lead={t('consents.lead')} {...(next === undefined && { back: { to: '/privacy', label: t('consents.privacy.title') } })} />
      <Loaded query={query} skeleton={<TextSkeleton lines={8} />}>
        {({ consents }) => (
          <Stack gap={5}>
            <Banner tone="private">{t(employerText(account))}</Banner>
            {consents.map((consent) => <Document key={consent.purpose} consent={consent} />)}
            {next !== undefined && <Onward next={next} given={consents.filter(isGiven).length} of={consents.length} />}
          </Stack>
        )}
      </Loaded>
    </>
  )
}

const isGiven = (consent: Consent): boolean => consent.given_at != null && !consent.is_outdated

/** Nobody is held up here: what needs a consent asks again when it is needed. */
function Onward({ next, given, of }: { next: string; given: number; of: number }) {
  const t = useT()
  const router = useRouter()
  return (
    <Row>
      <Button variant={given === of ? 'primary' : 'quiet'} onPress={() => { void router.navigate({ href: next }) }}>
        {given > 0 ? t('consents.on') : t('consents.later')}
      </Button>
    </Row>
  )
}

function Document({ consent }: { consent: Consent }) {
  const t = useT()
  const format = useFormat()
  const problem = useProblemText()
  const give = useGive()
  const withdraw = useWithdraw()
  const [isAsking, setAsking] = useState(false)
  return (
    <Card as="section" label={consent.title}>
      <Stack>
        <h2>{consent.title}</h2>
        {consent.is_outdated && <Banner tone="notice">{t('consents.outdated')}</Banner>}
        {isGiven(consent)
          ? (
              <>
                <Row justify="between">
                  <Muted>{t('consents.given', { date: format.date(consent.given_at ?? '') })}</Muted>
                  <Button variant="quiet" onPress={() => { setAsking(true) }}>{t('consents.withdraw')}</Button>
                </Row>
                <Disclosure title={t('consents.read')}><Text markdown={consent.text} /></Disclosure>
              </>
            )
          : (
              <>
                <Text markdown={consent.text} />
                {give.error && <Banner tone="danger" announce>{problem(give.error)}</Banner>}
                <Row>
                  <Button variant="primary" isPending={give.isPending}
                    onPress={() => { give.mutate({ purpose: consent.purpose, version: consent.version, language: consent.language, text_hash: consent.text_hash }) }}>
                    {t('consents.give')}
                  </Button>
                </Row>
              </>
            )}
      </Stack>
      <Confirm title={t('consents.withdraw.title')} confirm={t('consents.withdraw')} isOpen={isAsking} onClose={() => { setAsking(false) }}
        onConfirm={() => withdraw.mutateAsync(consent.purpose)}>
        <p>{consent.withdrawal}</p>
      </Confirm>
    </Card>
  )
}

/** Paragraphs and bold words: all that the documents use. */
function Text({ markdown }: { markdown: string }) {
  return (
    <Stack gap={3}>
      {markdown.trim().split(/\n\n+/).map((paragraph) => (
        <p key={paragraph}>{paragraph.split(/\*\*(.+?)\*\*/).map((piece, n) => (n % 2 === 1 ? <strong key={piece}>{piece}</strong> : piece))}</p>
      ))}
    </Stack>
  )
}
