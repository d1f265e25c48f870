import { useState, type ReactNode } from 'react'
import { useT } from '~/i18n'
import { RecoveryCodes } from '~/shell/proof'
import { Dialog } from '~/ui'
import { useKeep } from './queries'

/** New recovery codes over the page: seen this once, put away by saying that they are saved. */
export function useFreshCodes(): { show: (codes: readonly string[]) => void; dialog: ReactNode } {
  const t = useT()
  const keep = useKeep()
  const [codes, setCodes] = useState<readonly string[]>([])
  const close = () => {
    setCodes([])
    void keep.proofs()
  }
  return {
    // Nothing to show for whoever has codes already.
    show: setCodes,
    dialog: (
      <Dialog role="alertdialog" title={t('account.codes')} isOpen={codes.length > 0} onClose={close}>
        <RecoveryCodes codes={codes} onSaved={close} />
      </Dialog>
    ),
  }
}
