import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { usePerson, type Loader } from '~/api'
import { useT } from '~/i18n'
import { Banner, Loaded, PageHeader, Skeleton, Bone, useIsWide } from '~/ui'
import { Conversation } from './Conversation'
import styles from './messages.module.css'
import { messagesQuery, threadQuery } from './queries'
import { ThreadList } from './ThreadList'

export const loader: Loader = ({ queryClient, params }) => {
  const id = params['thread'] ?? ''
  return Promise.all([queryClient.query(threadQuery(id)), queryClient.infiniteQuery(messagesQuery(id))])
}

/** A conversation; on wide screens beside the list. */
export default function ThreadPage() {
  const t = useT()
  const { thread: id = '' } = useParams({ strict: false })
  const isWide = useIsWide()
  const query = useQuery(threadQuery(id))
  const list = usePerson().kind === 'specialist' ? '/work/messages' : '/messages'
  return (
    <>
      <PageHeader title={query.data?.with.name ?? t('messages.title')} back={{ to: list as never, label: t('messages.title') }} />
      <div className={styles.two}>
        {isWide ? <ThreadList /> : <Banner tone="private">{t('messages.private')}</Banner>}
        <Loaded query={query} skeleton={<Skeleton><Bone height="block" /></Skeleton>}>
          {(thread) => <Conversation key={thread.id} thread={thread} />}
        </Loaded>
      </div>
    </>
  )
}
