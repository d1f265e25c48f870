import { useEffect, useRef } from 'react'
import { cx } from '~/ui'
import styles from './call.module.css'

interface Props {
  stream: MediaStream | null
  label: string
  isMirrored?: boolean
  isWhole?: boolean
  /** What it would show is not live. */
  isHidden?: boolean
}

/** A moving picture, without sound. Streams are attached by `srcObject`, and only when the object changed. */
export function Picture({ stream, label, isMirrored = false, isWhole = false, isHidden = false }: Props) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const element = video.current
    if (!element || element.srcObject === stream) return
    element.srcObject = stream
  }, [stream])
  return (
    <video
      ref={video} aria-label={label} muted autoPlay playsInline hidden={stream === null}
      className={cx(styles.video, isMirrored && styles.mirrored, isWhole && styles.whole, isHidden && styles.unseen)}
    />
  )
}
