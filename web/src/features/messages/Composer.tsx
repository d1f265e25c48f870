import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, IconButton, TextArea, useProblemText } from '~/ui'
import styles from './messages.module.css'

const MESSAGE_MAX = 4000

/** What is typed stays until the server has it. */
export function Composer({ thread }: { thread: string }) {
  const t = useT()
  const problem = useProblemText()
  const queryClient = useQueryClient()
  const [text, setText] = useState('')
  const send = useCommand((words: string, key) => data(api.POST('/api/threads/{id}/messages', { params: { path: { id: thread } }, body: { text: words }, headers: idempotent(key) })), {
    onSuccess: async (_, sent) => {
      setText((now) => (now === sent ? '' : now))
      await queryClient.invalidateQueries({ queryKey: ['messages', thread] })
      await queryClient.invalidateQueries({ queryKey: ['threads'] })
    },
  })
  const submit = () => { if (text.trim() !== '' && !send.isPending) send.mutate(text) }
  return (
    <form className={styles.composer} onSubmit={(event) => { event.preventDefault(); submit() }}>
      {send.error && <Banner tone="danger" announce actions={<Button onPress={submit}>{t('messages.again')}</Button>}>{send.error.errors[0]?.detail ?? problem(send.error)}</Banner>}
      <div className={styles.write}>
        <TextArea label={t('messages.text')} rows={2} maxLength={MESSAGE_MAX} value={text} onChange={setText} onSend={submit} />
        <IconButton type="submit" variant="primary" icon="send" label={t('messages.send')} isPending={send.isPending} isDisabled={text.trim() === ''} />
      </div>
    </form>
  )
}
