// The way back of whoever signs in at Keycloak by a passkey alone: a code kept elsewhere (decision 0025).
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand, wayBackQuery, type components } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Confirm, CopyField, Dialog, ListSkeleton, Loaded, Muted, Row, Section, Stack, toast, useProblemText } from '~/ui'

type View = components['schemas']['WayBackView']

export function WayBack() {
  const t = useT()
  const query = useQuery(wayBackQuery)
  return (
    <Section title={t('account.wayBack')}>
      <Loaded query={query} skeleton={<ListSkeleton rows={1} />}>{(view) => <Shown view={view} />}</Loaded>
    </Section>
  )
}

function Shown({ view }: { view: View }) {
  const t = useT()
  const text = useProblemText()
  const format = useFormat()
  const client = useQueryClient()
  const [code, setCode] = useState<string>()
  const [asks, setAsks] = useState<'renew' | 'remove'>()
  const make = useCommand(async () => {
    const made = await data(api.POST('/api/me/way-back', { headers: idempotent(crypto.randomUUID()) }))
    setCode(made.code)
  })
  const remove = async () => {
    client.setQueryData(wayBackQuery.queryKey, await data(api.DELETE('/api/me/way-back', { headers: idempotent(crypto.randomUUID()) })))
    toast(t('account.wayBack.removed'))
  }
  const close = () => {
    setCode(undefined)
    void client.invalidateQueries({ queryKey: wayBackQuery.queryKey })
  }
  const isUsed = view.used_at != null
  const isMade = view.made_at != null && !isUsed
  return (
    <Stack gap={3}>
      {isUsed && <Banner tone="notice" title={t('account.wayBack.used', { at: format.date(view.used_at ?? '') })}>{t('account.wayBack.used.text')}</Banner>}
      <Muted>{t('account.wayBack.about')}</Muted>
      {isMade && <p>{t('account.wayBack.made', { date: format.date(view.made_at ?? '') })}</p>}
      {make.error && <Banner tone="danger" announce>{text(make.error)}</Banner>}
      <Row gap={2}>
        <Button isPending={make.isPending} onPress={() => { if (isMade) setAsks('renew'); else make.mutate(undefined) }}>
          {t(isMade ? 'account.wayBack.renew' : 'account.wayBack.make')}
        </Button>
        {isMade && <Button variant="quiet" onPress={() => { setAsks('remove') }}>{t('account.wayBack.remove')}</Button>}
      </Row>
      <Confirm
        title={t('account.wayBack.renew')} confirm={t('account.wayBack.renew')} isOpen={asks === 'renew'} onClose={() => { setAsks(undefined) }}
        onConfirm={() => make.mutateAsync(undefined)}
      >
        <p>{t('account.wayBack.renew.lead')}</p>
      </Confirm>
      <Confirm
        title={t('account.wayBack.remove')} confirm={t('account.wayBack.remove')} isDanger isOpen={asks === 'remove'} onClose={() => { setAsks(undefined) }}
        onConfirm={remove}
      >
        <p>{t('account.wayBack.remove.lead')}</p>
      </Confirm>
      <Made code={code} onClose={close} />
    </Stack>
  )
}

/** The one time that the code can be read. Whoever closes it without having taken it, or said so, is asked once more. */
function Made({ code, onClose }: { code: string | undefined; onClose: () => void }) {
  const t = useT()
  const [last, setLast] = useState(code)
  const [isTaken, setTaken] = useState(false)
  const [isWarned, setWarned] = useState(false)
  if (code !== undefined && code !== last) {
    setLast(code)
    setTaken(false)
    setWarned(false)
  }
  const isLost = isWarned && !isTaken
  const leave = () => {
    // Not kept in the page once it was taken.
    setLast(undefined)
    onClose()
  }
  const close = () => {
    if (isTaken || isWarned) leave()
    else setWarned(true)
  }
  return (
    <Dialog
      role="alertdialog" title={t('account.wayBack.code')} isOpen={code !== undefined} onClose={close}
      actions={(
        <>
          <Button variant="primary" onPress={leave}>{t('account.wayBack.saved')}</Button>
          {isLost && <Button variant="quiet" onPress={leave}>{t('account.wayBack.closeAnyway')}</Button>}
        </>
      )}
    >
      <Stack gap={4}>
        {isLost ? <Banner tone="notice" announce>{t('account.wayBack.notTaken')}</Banner> : <p>{t('account.wayBack.keep')}</p>}
        <CopyField label={t('account.wayBack.code')} value={last ?? ''} onCopied={() => { setTaken(true) }} />
      </Stack>
    </Dialog>
  )
}
