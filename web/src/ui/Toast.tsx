// Short news after an act, with "undo" where the act can be undone. Never the only place where something important is said.
import { useEffect } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Text } from 'react-aria-components/Text'
import { UNSTABLE_Toast as AriaToast, UNSTABLE_ToastContent as Content, UNSTABLE_ToastQueue as Queue, UNSTABLE_ToastRegion as Region } from 'react-aria-components/Toast'
import { useT } from '~/i18n'
import { Icon } from './Icon'
import { Spoken } from './Spoken'
import { connect, type News } from './toast-queue'
import styles from './Toast.module.css'

const queue = new Queue<News>({ maxVisibleToasts: 2 })

/** Long enough to read and to reach "undo" (WCAG 2.2.1: with an action it stays until dismissed or used). */
const PLAIN_MS = 6000

export default function ToastRegion() {
  const t = useT()
  useEffect(() => {
    connect({ tell: (news) => { queue.add(news, news.undo ? {} : { timeout: PLAIN_MS }) }, hush: () => { for (const { key, content } of queue.visibleToasts) if (!content.undo) queue.close(key) } })
  }, [])
  return (
    <Spoken><Region queue={queue} className={styles.region} aria-label={t('ui.toast.region')}>
      {({ toast: one }) => (
        <AriaToast toast={one} className={styles.toast}>
          <Content className={styles.content}><Text slot="title">{one.content.text}</Text></Content>
          {one.content.undo && (
            <AriaButton className={styles.undo} onPress={() => { one.content.undo?.(); queue.close(one.key) }}>{t('ui.toast.undo')}</AriaButton>
          )}
          <AriaButton slot="close" className={styles.close} aria-label={t('ui.close')}><Icon name="close" size={20} /></AriaButton>
        </AriaToast>
      )}
    </Region></Spoken>
  )
}
