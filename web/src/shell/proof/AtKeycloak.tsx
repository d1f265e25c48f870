import { useEffect } from 'react'
import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { stepUpAddress, whenProven } from '~/shell/keycloak'
import { leaveTo } from '~/shell/leave'
import { Banner, Button, Row, Stack, useProblemText } from '~/ui'

/** Shows who one is at Keycloak, in a tab of its own: what is on this screen stays. Where no tab may open, this one goes there and comes back. */
export function AtKeycloak({ onShown }: { onShown: () => void }) {
  const t = useT()
  const text = useProblemText()
  useEffect(() => whenProven(onShown), [onShown])
  const show = useCommand(async () => {
    // Opened before the server is asked: a browser lets a page open one only in answer to a press.
    const tab = window.open('about:blank', '_blank')
    try {
      const address = await stepUpAddress(tab ? null : location.pathname + location.search)
      if (tab) tab.location.href = address
      else await leaveTo(address)
    } catch (error) {
      tab?.close()
      throw error
    }
  })
  return (
    <Stack gap={4}>
      <p>{t('proof.keycloak.lead')}</p>
      {show.error && <Banner tone="danger" announce>{text(show.error)}</Banner>}
      <Row><Button variant="primary" icon="key" isPending={show.isPending} onPress={() => { show.mutate(undefined) }}>{t('proof.confirm')}</Button></Row>
    </Stack>
  )
}
