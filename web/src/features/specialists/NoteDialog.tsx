import { useQueryClient } from '@tanstack/react-query'
import { asProblem } from '~/api'
import { useT } from '~/i18n'
import { Dialog, Form, Stack, TextArea, toast, useForm, useProblemText } from '~/ui'
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
  const queryClient = useQueryClient()
  const textOf = useProblemText()
  /** A colleague was faster: what the card is now takes the dialog's place. */
  const overtaken = (error: unknown) => {
    const problem = asProblem(error)
    if (problem.status === 409) {
      toast(textOf(problem))
      void queryClient.invalidateQueries({ queryKey: ['specialist-card'] })
      onClose()
    }
    throw problem
  }
  const form = useForm<{ note: string }, Card>({
    initial: { note: '' },
    draft,
    check: ({ note }) => ({ note: isNeeded && note.trim() === '' ? t('specialists.noteNeeded') : undefined }),
    submit: ({ note }, key) => send(note, key).catch(overtaken),
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
