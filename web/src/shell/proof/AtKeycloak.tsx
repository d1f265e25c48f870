import { useEffect } from 'react'
import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { PROVE, toStepUp, whenProven } from '~/shell/keycloak'
import { Banner, Button, Row, Stack, useProblemText } from '~/ui'

/** Shows who one is at Keycloak, in a tab of its own: what is on this screen stays. Where no tab may open, this one goes there and comes back. */
export function AtKeycloak({ onShown }: { onShown: () => void }) {
  const t = useT()
  const text = useProblemText()
  useEffect(() => whenProven(onShown), [onShown])
  const here = useCommand(() => toStepUp(location.pathname + location.search))
  const show = () => {
    if (!window.open(PROVE, '_blank')) here.mutate(undefined)
  }
  return (
    <Stack gap={4}>
      <p>{t('proof.keycloak.lead')}</p>
      {here.error && <Banner tone="danger" announce>{text(here.error)}</Banner>}
      <Row><Button variant="primary" icon="key" isPending={here.isPending} onPress={show}>{t('proof.confirm')}</Button></Row>
    </Stack>
  )
}
