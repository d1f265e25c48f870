// Two separate documents, each agreed to by itself, unticked. Asked before the first booking; read and withdrawn here at any time.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Loader } from '~/api'
import { useFormat } from '~/i18n/format'
import { useT } from '~/i18n'
import { Banner, Button, Card, Confirm, Loaded, Muted, PageHeader, Row, Stack, TextSkeleton } from '~/ui'
import { consentsQuery, useGive, useWithdraw, type Consent } from './queries'

export const loader: Loader = ({ queryClient }) => queryClient.query(consentsQuery)

export default function ConsentsPage() {
  const t = useT()
  const navigate = useNavigate()
  const query = useQuery(consentsQuery)
  return (
    <Stack gap={5}>
      <PageHeader title={t('consents.title')} lead={t('consents.lead')} />
      <Loaded query={query} skeleton={<TextSkeleton lines={8} />}>
        {({ consents }) => (
          <Stack gap={5}>
            {consents.map((consent) => <Document key={consent.purpose} consent={consent} />)}
            <Banner tone="private">{t('consents.employer')}</Banner>
            {consents.every((c) => c.given_at != null && !c.is_outdated) && (
              <Row><Button variant="primary" onPress={() => { void navigate({ to: '/find' }) }}>{t('consents.on')}</Button></Row>
            )}
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}

function Document({ consent }: { consent: Consent }) {
  const t = useT()
  const format = useFormat()
  const give = useGive()
  const withdraw = useWithdraw()
  const [isAsking, setAsking] = useState(false)
  const isGiven = consent.given_at != null && !consent.is_outdated
  return (
    <Card>
      <Stack>
        <h2>{consent.title}</h2>
        <Text markdown={consent.text} />
        {give.error && <Banner tone="danger" announce>{give.error.detail ?? t('consents.failed')}</Banner>}
        {consent.is_outdated && <Banner tone="notice">{t('consents.outdated')}</Banner>}
        {isGiven ? (
          <Row justify="between">
            <Muted>{t('consents.given', { date: format.date(consent.given_at ?? '') })}</Muted>
            <Button variant="quiet" onPress={() => { setAsking(true) }}>{t('consents.withdraw')}</Button>
          </Row>
        ) : (
          <Row>
            <Button variant="primary" isPending={give.isPending}
              onPress={() => { give.mutate({ purpose: consent.purpose, version: consent.version, language: consent.language, text_hash: consent.text_hash }) }}>
              {t('consents.give')}
            </Button>
          </Row>
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
  return markdown.trim().split(/\n\n+/).map((paragraph) => (
    <p key={paragraph}>{paragraph.split(/\*\*(.+?)\*\*/).map((piece, n) => (n % 2 === 1 ? <strong key={piece}>{piece}</strong> : piece))}</p>
  ))
}
