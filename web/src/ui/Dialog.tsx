import { useState, type ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { asProblem } from '~/api'
import { useT } from '~/i18n'
import { Banner } from './Banner'
import { Button, IconButton } from './Button'
import { cx } from './cx'
import { useProblemText } from './problem-text'
import styles from './Dialog.module.css'

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
export function Dialog({ title, isOpen, onClose, children, actions, size = 'narrow', role = 'dialog' }: DialogProps) {
  const t = useT()
  return (
    <ModalOverlay className={styles.overlay} isOpen={isOpen} onOpenChange={(open) => { if (!open) onClose() }} isDismissable={role === 'dialog'}>
      <Modal className={cx(styles.modal, size === 'wide' && styles.wide)}>
        <AriaDialog role={role} className={styles.dialog}>
          <header className={styles.header}>
            <Heading slot="title" level={2}>{title}</Heading>
            <IconButton icon="close" label={t('ui.close')} onPress={onClose} />
          </header>
          <div className={styles.body}>{children}</div>
          {actions !== undefined && <footer className={styles.footer}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
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
