import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, data, idempotent, useCommand, usePerson } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { EmptyState, Linked, Loaded, LoadMore, Stack } from '~/ui'
import { Composer } from './Composer'
import styles from './messages.module.css'
import { messagesQuery, type Message, type Thread } from './queries'

/** The messages of a thread, and the place to write the next. */
export function Conversation({ thread }: { thread: Thread }) {
  const t = useT()
  const isSpecialist = usePerson().kind === 'specialist'
  const query = useInfiniteQuery(messagesQuery(thread.id))
  const messages = query.data?.pages.toReversed().flatMap((page) => page.messages) ?? []
  useReading(thread.id, messages)
  const end = useEndInView(messages.at(-1)?.number)
  return (
    <section className={styles.conversation} aria-label={t('messages.with', { name: thread.with.name })}>
      <Loaded query={query} empty={() => messages.length === 0 && <EmptyState icon="messages" title={t('messages.first')}><p>{t(isSpecialist ? 'messages.firstSpecialist' : 'messages.firstText')}</p></EmptyState>}>
        {() => (
          <Stack gap={3}>
            {query.hasNextPage && <LoadMore isPending={query.isFetchingNextPage} onPress={() => { void query.fetchNextPage() }} />}
            <Said messages={messages} name={thread.with.name} />
          </Stack>
        )}
      </Loaded>
      <div ref={end} className={styles.end} />
      <Composer thread={thread.id} />
    </section>
  )
}

function Said({ messages, name }: { messages: readonly Message[]; name: string }) {
  const t = useT()
  const format = useFormat()
  const lastRead = messages.findLast((message) => message.is_mine && message.read_at)?.id
  return (
    <div role="log" aria-label={t('messages.with', { name })}><ol className={styles.messages}>
      {messages.map((message, index) => {
        const day = format.date(message.sent_at)
        const before = messages[index - 1]
        return (
          <li key={message.id} className={message.is_mine ? styles.mine : styles.theirs}>
            {(before === undefined || format.date(before.sent_at) !== day) && <p className={styles.day}>{format.day(message.sent_at)}</p>}
            <div className={styles.bubble}>
              <span className={styles.author}>{message.is_mine ? t('messages.me') : name}</span>
              <p className={styles.text}><Linked text={message.text} /></p>
              <time className={styles.time} dateTime={message.sent_at}>{format.time(message.sent_at)}</time>
            </div>
            {message.id === lastRead && <p className={styles.read}>{t('messages.read')}</p>}
          </li>
        )
      })}
    </ol></div>
  )
}

/** Tells the server what has been seen: only while the page is really looked at. */
function useReading(thread: string, messages: readonly Message[]): void {
  const queryClient = useQueryClient()
  const { mutate } = useCommand((number: number, key) => data(api.POST('/api/threads/{id}/read', { params: { path: { id: thread } }, body: { number }, headers: idempotent(key) })), {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['threads'] }),
  })
  const newest = messages.findLast((message) => !message.is_mine && !message.read_at)?.number
  useEffect(() => {
    if (newest === undefined) return
    const tell = () => { if (document.visibilityState === 'visible') mutate(newest) }
    tell()
    document.addEventListener('visibilitychange', tell)
    return () => { document.removeEventListener('visibilitychange', tell) }
  }, [newest, mutate])
}

/** Brings the end into view when it moves. */
function useEndInView(newest: number | undefined) {
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => { if (newest !== undefined) end.current?.scrollIntoView({ block: 'end' }) }, [newest])
  return end
}
