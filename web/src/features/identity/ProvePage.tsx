// A tab of its own in which one shows again who one is, so that what is on the screen of the first one stays.
import { useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { PROVEN, tellProven, toStepUp } from '~/shell/keycloak'
import { Banner, Button, PageHeader, Row, Stack, TextSkeleton, useProblemText } from '~/ui'

export default function ProvePage() {
  const { done } = useSearch({ from: '/public/prove' }) as { done?: unknown }
  return done !== undefined ? <Done /> : <Going />
}

function Going() {
  const t = useT()
  const text = useProblemText()
  const go = useCommand(() => toStepUp(PROVEN))
  const began = useRef(false)
  useEffect(() => {
    if (began.current) return
    began.current = true
    go.mutate(undefined)
  }, [go])
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.prove.title')} />
      {go.error
        ? (
          <>
            <Banner tone="danger" announce>{text(go.error)}</Banner>
            <Row><Button onPress={() => { go.mutate(undefined) }}>{t('identity.keycloak.again')}</Button></Row>
          </>
          )
        : <TextSkeleton lines={3} />}
    </Stack>
  )
}

function Done() {
  const t = useT()
  useEffect(() => {
    tellProven()
    // Only a tab that a page has opened can be closed by itself; else the words below hold.
    window.close()
  }, [])
  return <PageHeader title={t('identity.prove.done')} lead={t('identity.prove.done.lead')} />
}
