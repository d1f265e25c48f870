import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react'
import { asProblem } from '~/api'
import { useT } from '~/i18n'
import { Banner } from './Banner'
import { Button } from './Button'
import { useProblemText } from './problem-text'

const load = () => import('./DialogFrame')
const DialogFrame = lazy(load)

export interface DialogProps {
  title: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
  /** Buttons at the foot, the main one first. */
  actions?: ReactNode
  size?: 'narrow' | 'wide'
  /** `alertdialog` demands an answer: no closing by a touch outside. */
  role?: 'dialog' | 'alertdialog'
}

/** A dialog on desktops, a drawer from below on phones. Focus goes in and comes back. */
export function Dialog(props: DialogProps) {
  const [wasOpen, setWasOpen] = useState(props.isOpen)
  if (props.isOpen && !wasOpen) setWasOpen(true)
  // Fetched after the screen is there, so that it opens at once when it is wanted, and without a network.
  useEffect(() => { load().catch(() => undefined) }, [])
  // Once opened it stays: it must be there to close gently.
  return wasOpen && <Suspense><DialogFrame {...props} /></Suspense>
}

export interface ConfirmProps {
  title: string
  /** The consequence, in plain words. */
  children: ReactNode
  /** The verb of the act: "Cancel the session", never "OK". */
  confirm: string
  /** The way out; "Not now" by default. */
  refuse?: string
  isDanger?: boolean
  isOpen: boolean
  onClose: () => void
  /** May take time and may fail: the dialog waits, shows why, and stays. */
  onConfirm: () => Promise<unknown> | undefined
}

/** Asks before what cannot be undone. */
export function Confirm({ title, children, confirm, refuse, isDanger = false, isOpen, onClose, onConfirm }: ConfirmProps) {
  const t = useT()
  const text = useProblemText()
  const [isPending, setPending] = useState(false)
  const [failure, setFailure] = useState<string>()
  const close = () => {
    setFailure(undefined)
    onClose()
  }
  const act = async () => {
    setPending(true)
    setFailure(undefined)
    try {
      await onConfirm()
      close()
    } catch (error) {
      setFailure(text(asProblem(error)))
    } finally {
      setPending(false)
    }
  }
  return (
    <Dialog
      role="alertdialog" title={title} isOpen={isOpen} onClose={close}
      actions={(
        <>
          <Button variant={isDanger ? 'danger' : 'primary'} isPending={isPending} onPress={() => { void act() }}>{confirm}</Button>
          <Button onPress={close}>{refuse ?? t('ui.cancel')}</Button>
        </>
      )}
    >
      {children}
      {failure !== undefined && <Banner tone="danger" announce>{failure}</Banner>}
    </Dialog>
  )
}
