import { useEffect, useRef, useState } from 'react'
import { useT } from '~/i18n'
import { Button, cx } from '~/ui'
import styles from './call.module.css'

interface Props {
  stream: MediaStream | null
  label: string
  isMuted?: boolean
  isMirrored?: boolean
  isWhole?: boolean
  /** Not seen, but heard: what it shows is not live. */
  isHidden?: boolean
}

/** A moving picture. Streams are attached by `srcObject`, and only when the object changed. */
export function Picture({ stream, label, isMuted = false, isMirrored = false, isWhole = false, isHidden = false }: Props) {
  const t = useT()
  const video = useRef<HTMLVideoElement>(null)
  const [needsTap, setNeedsTap] = useState(false)
  useEffect(() => {
    const element = video.current
    if (!element || element.srcObject === stream) return
    element.srcObject = stream
    // After a reload straight into the call browsers play sound only once the person has touched the page.
    if (stream) element.play().then(() => { setNeedsTap(false) }, (error: unknown) => { setNeedsTap(error instanceof DOMException && error.name === 'NotAllowedError') })
  }, [stream])
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- a live conversation has no caption track; text goes beside it */}
      <video
        ref={video} aria-label={label} muted={isMuted} autoPlay playsInline hidden={stream === null}
        className={cx(styles.video, isMirrored && styles.mirrored, isWhole && styles.whole, isHidden && styles.unseen)}
      />
      {needsTap && <div className={styles.tap}><Button variant="primary" onPress={() => { void video.current?.play().then(() => { setNeedsTap(false) }) }}>{t('call.tapToHear')}</Button></div>}
    </>
  )
}
