import { useState, type ReactNode } from 'react'
import { useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, Dialog, Stack, toast, useProblemText } from '~/ui'
import { CauseField } from './CauseField'
import type { Booking } from './queries'
import { useChanged } from './useChanged'
import type { Cause } from './words'

interface Props {
  title: string
  confirm: string
  isDanger?: boolean
  send: (cause: Cause, key: string) => Promise<Booking>
  /** What is said once it is done. */
  done: string
  onClose: () => void
  /** What it means for the people: it stands above the button. */
  children: ReactNode
}

/** Something done for somebody, with its reason. */
export function CauseDialog({ title, confirm, isDanger = false, send, done, onClose, children }: Props) {
  const t = useT()
  const text = useProblemText()
  const changed = useChanged()
  const [cause, setCause] = useState<Cause | null>(null)
  const [isAsked, ask] = useState(false)
  const command = useCommand(send, {
    onSuccess: (after) => {
      changed(after)
      toast(done)
      onClose()
    },
  })
  const act = () => {
    ask(true)
    if (cause !== null) command.mutate(cause)
  }
  return (
    <Dialog
      role="alertdialog" title={title} isOpen onClose={onClose}
      actions={(
        <>
          <Button variant={isDanger ? 'danger' : 'primary'} isPending={command.isPending} onPress={act}>{confirm}</Button>
          <Button onPress={onClose}>{t('bookings.leave')}</Button>
        </>
      )}
    >
      <Stack>
        {children}
        <CauseField value={cause} onChange={setCause} error={isAsked && cause === null ? t('bookings.cause.missing') : undefined} />
        {command.error && <Banner tone="danger" announce>{text(command.error)}</Banner>}
      </Stack>
    </Dialog>
  )
}
