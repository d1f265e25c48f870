import { useT } from '~/i18n'
import { Dialog, Form, Stack, TextArea, useForm } from '~/ui'
import type { Card } from './queries'

const NOTE_MAX = 1000

interface Props {
  title: string
  /** What follows. */
  text: string
  label: string
  confirm: string
  /** Without words it is not sent. */
  isNeeded?: boolean
  draft: string
  send: (note: string, key: string) => Promise<Card>
  onDone: (card: Card) => void
  onClose: () => void
}

/** A decision that is explained to the specialist. */
export function NoteDialog({ title, text, label, confirm, isNeeded = false, draft, send, onDone, onClose }: Props) {
  const t = useT()
  const form = useForm<{ note: string }, Card>({
    initial: { note: '' },
    draft,
    check: ({ note }) => ({ note: isNeeded && note.trim() === '' ? t('specialists.noteNeeded') : undefined }),
    submit: ({ note }, key) => send(note, key),
    onDone: (card) => {
      onDone(card)
      onClose()
    },
  })
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <Form form={form} submit={confirm}>
        <Stack>
          <p>{text}</p>
          <TextArea label={label} optional={!isNeeded} rows={4} maxLength={NOTE_MAX} {...form.field('note')} />
        </Stack>
      </Form>
    </Dialog>
  )
}
