import { useRouter } from '@tanstack/react-router'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, CopyField, Facts, LinkButton, Muted, PageHeader, Row, Stack } from '~/ui'
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
  const save = () => {
    const address = URL.createObjectURL(new Blob([`${have.pass}\n`], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = address
    link.download = 'pass.txt'
    link.click()
    setTimeout(() => { URL.revokeObjectURL(address) }, 10_000)
  }
  return (
    <Stack gap={5}>
      <PageHeader title={t('identity.pass.have.title')} lead={t('identity.pass.have.lead', { date: format.civilDate(have.until) })} />
      <CopyField label={t('identity.pass.label')} value={have.pass} rows={4} />
      <Row><Button icon="download" onPress={save}>{t('identity.pass.save')}</Button></Row>
      {have.fingerprint !== undefined && (
        <Stack gap={1}>
          <Facts items={[[t('identity.pass.key'), forEyes(have.fingerprint)]]} />
          <Muted small>{t('identity.pass.key.text')}</Muted>
        </Stack>
      )}
      <Banner tone="notice" title={t('identity.pass.lost')}>{t('identity.pass.lost.text')}</Banner>
      <Row gap={2}>
        <Button variant="primary" onPress={() => { onLeave(); void router.navigate({ to: '/enter', search: { by: 'pass' } }) }}>
          {t(isRenewal ? 'identity.pass.renew' : 'identity.pass.open')}
        </Button>
        {!isRenewal && <LinkButton to="/sign-in" search={{ next: '/enter?by=pass' }} onClick={onLeave}>{t('identity.pass.toMine')}</LinkButton>}
        <LinkButton to={isRenewal ? '/me' : '/'} onClick={() => { onForget(); onLeave() }}>{t('identity.pass.later')}</LinkButton>
      </Row>
    </Stack>
  )
}
