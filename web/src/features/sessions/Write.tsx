// Opens the conversation with the specialist of a consultation.
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, data, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Button, toast, useProblemText } from '~/ui'

export function Write({ to }: { to: string }) {
  const t = useT()
  const text = useProblemText()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const open = useCommand((person: string, key) => data(api.POST('/api/threads', { body: { with: person }, headers: idempotent(key) })), {
    onSuccess: (thread) => {
      void queryClient.invalidateQueries({ queryKey: ['threads'] })
      void navigate({ to: '/messages/$thread', params: { thread: thread.id } })
    },
    onError: (problem) => { toast(text(problem)) },
  })
  return <Button icon="messages" isPending={open.isPending} onPress={() => { open.mutate(to) }}>{t('sessions.write')}</Button>
}
