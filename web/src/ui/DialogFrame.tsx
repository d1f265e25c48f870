import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useT } from '~/i18n'
import { IconButton } from './Button'
import { cx } from './cx'
import type { DialogProps } from './Dialog'
import styles from './Dialog.module.css'

/** What Dialog shows; apart, so that its weight comes after the first screen. */
export default function DialogFrame({ title, isOpen, onClose, children, actions, size = 'narrow', role = 'dialog' }: DialogProps) {
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
