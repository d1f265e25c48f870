// The hand's part of a drag: pointer events of a day's column become a stretch while it is drawn, and the day's hours when it is let go.
import { useEffect, useState, type PointerEvent } from 'react'
import { dragged, gripAt, minuteAt, withStretch, type Clock, type Grip, type Reach, type Stretch } from './stretches'

/** How near to an edge takes hold of it. */
const NEAR_PX = 8

interface Options {
  hours: readonly Stretch[]
  clock: Clock
  reach: Reach
  isOff: boolean
  onDragged: (hours: Stretch[]) => void
}

/**
 * Mouse and pen only. On a touch screen a finger that goes down a column means to scroll, and the page is taller than any phone: a long press
 * before a drag is found by few, is slow, and fails those whose hands tremble. There the button of each day does the same (WCAG 2.5.7), with
 * the times typed. So `touch-action` is never touched, and scrolling is always scrolling.
 */
export function useDrag({ hours, clock, reach, isOff, onDragged }: Options) {
  const [drag, setDrag] = useState<{ grip: Grip; next: Stretch | null }>()
  const isDragging = drag !== undefined
  useEffect(() => {
    if (!isDragging) return
    const giveUp = (event: KeyboardEvent) => { if (event.key === 'Escape') setDrag(undefined) }
    addEventListener('keydown', giveUp)
    return () => { removeEventListener('keydown', giveUp) }
  }, [isDragging])

  if (isOff) return { dragging: undefined, handlers: undefined }

  const minuteOf = (event: PointerEvent) => {
    const { top, height } = event.currentTarget.getBoundingClientRect()
    return minuteAt((event.clientY - top) / height, reach)
  }
  const stop = () => { setDrag(undefined) }
  return {
    dragging: drag?.next ?? undefined,
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        if (event.pointerType === 'touch' || event.button !== 0) return
        const near = (NEAR_PX / event.currentTarget.getBoundingClientRect().height) * (reach.to - reach.from)
        const grip = gripAt(hours, minuteOf(event), near)
        if (!grip) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag({ grip, next: null })
      },
      onPointerMove: (event: PointerEvent) => { if (drag) setDrag({ ...drag, next: dragged(drag.grip, minuteOf(event), clock) }) },
      onPointerUp: () => {
        if (drag?.next) onDragged(withStretch(hours, drag.grip, drag.next))
        stop()
      },
      onPointerCancel: stop,
    },
  }
}
