import { type Loader, threadsQuery } from '~/api'
import { useT } from '~/i18n'
import { EmptyState, PageHeader } from '~/ui'
import styles from './messages.module.css'

import { ThreadList } from './ThreadList'

export const loader: Loader = ({ queryClient }) => queryClient.query(threadsQuery)

/** The list; on wide screens with room for a conversation beside it. */
export default function MessagesPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t('messages.title')} />
      <div className={styles.two}>
        <ThreadList />
        <div className={styles.beside}><EmptyState icon="messages" title={t('messages.choose')} /></div>
      </div>
    </>
  )
}
