import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, data, idempotent, threadsQuery, useCommand, usePerson } from '~/api'
import { useT } from '~/i18n'
import { Avatar, Banner, Button, Chip, EmptyState, LinkButton, List, ListItem, Loaded, Section, Stack, toast, useProblemText, When } from '~/ui'
import { type Thread } from './queries'

/** Where a thread opens for the person who is signed in. */
export function useThreadPath(): '/messages/$thread' | '/work/messages/$thread' {
  return usePerson().kind === 'specialist' ? '/work/messages/$thread' : '/messages/$thread'
}

/** One's threads, and those one may write to besides. */
export function ThreadList() {
  const t = useT()
  const query = useQuery(threadsQuery)
  return (
    <Stack gap={5}>
      <Banner tone="private">{t('messages.private')}</Banner>
      <Loaded query={query} empty={(all) => all.threads.length === 0 && all.reachable.length === 0 && <Nobody />}>
        {(all) => (
          <Stack gap={6}>
            {all.threads.length > 0 && (
              <List label={t('messages.threads')}>
                {all.threads.map((thread) => <ThreadRow key={thread.id} thread={thread} />)}
              </List>
            )}
            {all.reachable.length > 0 && (
              <Section title={t('messages.new')}>
                <List label={t('messages.new')}>
                  {all.reachable.map((person) => (
                    <ListItem key={person.id} leading={<Avatar name={person.name} />} title={person.name} trailing={<Write to={person.id} name={person.name} />} />
                  ))}
                </List>
              </Section>
            )}
          </Stack>
        )}
      </Loaded>
    </Stack>
  )
}

function ThreadRow({ thread }: { thread: Thread }) {
  const t = useT()
  const to = useThreadPath()
  return (
    <ListItem
      to={to} params={{ thread: thread.id }}
      leading={<Avatar name={thread.with.name} />}
      title={thread.with.name}
      text={thread.newest === 0 ? t('messages.nothingYet') : <When at={thread.last_at} />}
      trailing={thread.unread > 0 && <Chip tone="accent">{t('messages.unread', { count: thread.unread })}</Chip>}
    />
  )
}

function Write({ to, name }: { to: string; name: string }) {
  const t = useT()
  const text = useProblemText()
  const path = useThreadPath()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const open = useCommand((person: string, key) => data(api.POST('/api/threads', { body: { with: person }, headers: idempotent(key) })), {
    onSuccess: (thread) => {
      void queryClient.invalidateQueries({ queryKey: ['threads'] })
      void navigate({ to: path, params: { thread: thread.id } as never })
    },
    onError: (problem) => { toast(text(problem)) },
  })
  return <Button icon="edit" isPending={open.isPending} aria-label={t('messages.writeTo', { name })} onPress={() => { open.mutate(to) }}>{t('messages.write')}</Button>
}

function Nobody() {
  const t = useT()
  const isSpecialist = usePerson().kind === 'specialist'
  return (
    <EmptyState
      icon="messages" title={t('messages.empty')}
      action={!isSpecialist && <LinkButton to={'/find'} variant="primary">{t('messages.find')}</LinkButton>}
    >
      <p>{isSpecialist ? t('messages.emptySpecialist') : t('messages.emptyEmployee')}</p>
    </EmptyState>
  )
}
