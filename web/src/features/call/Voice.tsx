import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useT } from '~/i18n'
import { Button } from '~/ui'
import styles from './call.module.css'

/** What browsers take for a touch of the page (HTML, “activation triggering input event”). */
const touches = ['pointerup', 'keydown'] as const

/** What the other one says. Has an element of its own: a picture that never comes must not keep it silent. */
export function Voice({ stream }: { stream: MediaStream | null }) {
  const t = useT()
  const audio = useRef<HTMLAudioElement>(null)
  const [needsTap, setNeedsTap] = useState(false)
  useEffect(() => {
    const element = audio.current
    if (!element || element.srcObject === stream) return
    element.srcObject = stream
    // After a reload straight into the call browsers play sound only once the person has touched the page.
    if (stream) element.play().catch((error: unknown) => { setNeedsTap(error instanceof DOMException && error.name === 'NotAllowedError') })
  }, [stream])
  const hear = () => { void audio.current?.play().catch(() => undefined) }
  // Any touch of the page is enough for the browser, not only one of the button.
  const onTouch = useEffectEvent(hear)
  useEffect(() => {
    if (!needsTap) return
    const touched = () => { onTouch() }
    for (const kind of touches) addEventListener(kind, touched)
    return () => { for (const kind of touches) removeEventListener(kind, touched) }
  }, [needsTap])
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- a live conversation has no caption track; text goes beside it */}
      <audio ref={audio} autoPlay data-testid="voice" onPlay={() => { setNeedsTap(false) }} />
      {needsTap && stream && <div className={styles.tap}><Button variant="primary" onPress={hear}>{t('call.tapToHear')}</Button></div>}
    </>
  )
}
