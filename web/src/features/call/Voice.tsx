import { useEffect, useRef, useState } from 'react'
import { useT } from '~/i18n'
import { Button } from '~/ui'
import styles from './call.module.css'

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
    if (stream) element.play().then(() => { setNeedsTap(false) }, (error: unknown) => { setNeedsTap(error instanceof DOMException && error.name === 'NotAllowedError') })
  }, [stream])
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- a live conversation has no caption track; text goes beside it */}
      <audio ref={audio} autoPlay data-testid="voice" />
      {needsTap && <div className={styles.tap}><Button variant="primary" onPress={() => { void audio.current?.play().then(() => { setNeedsTap(false) }) }}>{t('call.tapToHear')}</Button></div>}
    </>
  )
}
