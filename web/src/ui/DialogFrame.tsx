import { memo, useEffect } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useT } from '~/i18n'
import { IconButton } from './Button'
import { cx } from './cx'
import { hush } from './toast-queue'
import { useBack } from './useBack'
import type { DialogProps } from './Dialog'
import styles from './Dialog.module.css'

/** What Dialog shows; apart, so that its weight comes after the first screen. */
export default function DialogFrame(props: DialogProps) {
  const { isOpen, onClose, size = 'narrow', role = 'dialog' } = props
  // Old news would lie over its buttons.
  useEffect(() => { if (isOpen) hush() }, [isOpen])
  useBack(isOpen, onClose)
  return (
    <ModalOverlay className={styles.overlay} isOpen={isOpen} onOpenChange={(open) => { if (!open) onClose() }} isDismissable={role === 'dialog'} shouldCloseOnInteractOutside={() => !hasForm()}>
      <Modal className={cx(styles.modal, size === 'wide' && styles.wide)}>
        {/* A second touch of its button, while it closes, would do the same again. */}
        {({ isExiting }) => <div className={styles.within} inert={isExiting}><Contents {...props} /></div>}
      </Modal>
    </ModalOverlay>
  )
}

/** While it closes it shows what it showed: what it spoke of may be gone by then. */
const Contents = memo(function Contents({ title, onClose, children, actions, role = 'dialog' }: DialogProps) {
  const t = useT()
  return (
    <AriaDialog role={role} className={styles.dialog}>
      <header className={styles.header}>
        <Heading slot="title" level={2}>{title}</Heading>
        <IconButton icon="close" label={t('ui.close')} onPress={onClose} />
      </header>
      <div ref={reachableWhenItScrolls} className={styles.body}>{children}</div>
      {actions !== undefined && <footer className={styles.footer}>{actions}</footer>}
    </AriaDialog>
  )
}, (_, next) => !next.isOpen)

/** A touch beside a form does not throw away what was typed in it. */
const hasForm = () => document.querySelector('[role=dialog] form') !== null

/** A long text without a button in it must be reached, and scrolled, by the keyboard (WCAG 2.1.1); not every browser sees to that. */
function reachableWhenItScrolls(body: HTMLElement | null) {
  if (!body) return
  const observer = new ResizeObserver(() => {
    if (body.scrollHeight > body.clientHeight) body.tabIndex = 0
    else body.removeAttribute('tabindex')
  })
  for (const part of [body, ...body.children]) observer.observe(part)
  return () => { observer.disconnect() }
}
