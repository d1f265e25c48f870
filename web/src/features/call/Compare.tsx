import { useT, useLang } from '~/i18n'
import { Banner, Confirm, Dialog, Stack } from '~/ui'
import type { CallSnapshot, CallViewModel } from './engine'
import styles from './call.module.css'

interface Props {
  model: CallViewModel
  verification: CallSnapshot['verification']
  isOpen: boolean
  onClose: () => void
}

/** The words both people compare: equal on both screens when nobody sits between them. */
export function Compare({ model, verification, isOpen, onClose }: Props) {
  const t = useT()
  const lang = useLang()
  if (verification.status !== 'ready') {
    return (
      <Dialog title={t('call.compare.title')} isOpen={isOpen} onClose={onClose}>
        <p>{verification.status === 'mismatch' ? t('call.problem.verification_mismatch') : t('call.compare.pending')}</p>
      </Dialog>
    )
  }
  const { code, changed } = verification
  return (
    <Confirm
      title={t('call.compare.title')} confirm={t('call.compare.same')} isOpen={isOpen} onClose={onClose}
      onConfirm={() => { model.confirmVerification(); return undefined }}
    >
      <Stack>
        <p>{t('call.compare.text')}</p>
        <ol className={styles.words} data-testid="words">{code.words[lang].map((word) => <li key={word}>{word}</li>)}</ol>
        <p className={styles.digits} data-tabular>{t('call.compare.digits', { digits: code.digits.join(' ') })}</p>
        {changed && <Banner tone="notice">{t('call.compare.changed')}</Banner>}
        <p>{t('call.compare.differ')}</p>
      </Stack>
    </Confirm>
  )
}
