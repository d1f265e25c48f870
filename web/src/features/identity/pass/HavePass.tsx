import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, CopyField, Facts, LinkButton, Muted, PageHeader, Row, saveFile, Stack } from '~/ui'
import { forEyes } from './bytes'
import type { Have } from './kept'

interface Props {
  have: Have
  /** Somebody is signed in, and stays longer with it. */
  isRenewal: boolean
  onForget: () => void
  onLeave: () => void
}

/** The pass is there: to be kept, or used at once. */
export function HavePass({ have, isRenewal, onForget, onLeave }: Props) {
  const t = useT()
  const format = useFormat()
  const router = useRouter()
  const [isTaken, setTaken] = useState(false)
  const [isWarned, setWarned] = useState(false)
  // There is no second one: whoever goes without having taken it is asked once more.
  const leave = () => {
    if (!isTaken && !isWarned) {
      setWarned(true)
      return
    }
    onForget()
    onLeave()
    void router.navigate({ to: isRenewal ? '/me' : '/' })
  }
  const save = () => {
    saveFile('pass.txt', new Blob([`${have.pass}\n`], { type: 'text/plain' }))
    setTaken(true)
  }
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.pass.have.title')} lead={t('identity.pass.have.lead', { date: format.civilDate(have.until) })} />
      <CopyField label={t('identity.pass.label')} value={have.pass} rows={4} onCopied={() => { setTaken(true) }} />
      <Row><Button icon="download" onPress={save}>{t('identity.pass.save')}</Button></Row>
      {have.fingerprint !== undefined && (
        <Stack gap={1}>
          <Facts items={[[t('identity.pass.key'), forEyes(have.fingerprint)]]} />
          <Muted small>{t('identity.pass.key.text')}</Muted>
        </Stack>
      )}
      <Banner tone="notice" title={t('identity.pass.lost')}>{t('identity.pass.lost.text')} {t(`identity.pass.lost.${have.gives ?? 'period'}`)}</Banner>
      <Row gap={2}>
        <Button variant="primary" onPress={() => { onLeave(); void router.navigate({ to: '/enter', search: { by: 'pass' } }) }}>
          {t(isRenewal ? 'identity.pass.renew' : 'identity.pass.open')}
        </Button>
        {!isRenewal && <LinkButton to="/sign-in" search={{ next: '/enter?by=pass' }} onClick={onLeave}>{t('identity.pass.toMine')}</LinkButton>}
        <Button onPress={leave}>{t(isWarned && !isTaken ? 'identity.pass.leaveAnyway' : 'identity.pass.later')}</Button>
      </Row>
      {isWarned && !isTaken && <Banner tone="danger" announce title={t('identity.pass.notTaken')}>{t('identity.pass.notTaken.text')}</Banner>}
    </Stack>
  )
}
