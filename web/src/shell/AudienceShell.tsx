import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { meQuery } from '~/api/me'
import { approvalsQuery, threadsQuery } from '~/api/shared'
import { useT, type MessageKey } from '~/i18n'
import { cx } from '~/ui/cx'
import { Icon } from '~/ui/Icon'
import type { IconName } from '~/ui/icons'
import { Logo } from './Logo'
import { UrgentLink } from './UrgentLink'
import { useLiveStream } from './useLiveStream'
import styles from './Shell.module.css'

export interface NavItem {
  to: string
  icon: IconName
  /** A message without arguments. */
  label: MessageKey
  /** Marked while something in it waits for the person: what was not read, what a colleague asks their agreement for. */
  waits?: keyof typeof marks
}

/** How many entries the bottom bar of a phone holds before the rest goes behind "More". */
const BAR = 5

interface Props {
  home: string
  items: readonly NavItem[]
  /** Where the person's own account is, for those whose navigation does not lead there. */
  account?: string
  /** Operators work on wide tables. */
  wide?: boolean
}

/** Bar at the bottom on phones, rail at the side on desktops; the same list, in the same order. */
export function AudienceShell({ home, items, account, wide = false }: Props) {
  const t = useT()
  useLiveStream()
  const inBar = items.length > BAR ? items.slice(0, BAR - 1) : items
  const rest = items.slice(inBar.length)
  return (
    <div className={styles.audience}>
      <header className={styles.top}>
        <Logo to={home} />
        <div className={styles.topEnd}>
          <UrgentLink />
          {account !== undefined && <Link to={account as never} className={styles.account} aria-label={t('shell.account')}><Icon name="me" /></Link>}
        </div>
      </header>
      <nav className={styles.nav} aria-label={t('shell.nav')}>
        <Logo to={home} />
        <ul>
          {inBar.map((item) => <NavEntry key={item.to} item={item} />)}
          {rest.map((item) => <NavEntry key={item.to} item={item} beyondBar />)}
          {rest.length > 0 && <More items={rest} />}
        </ul>
        <div className={styles.railFoot}>
          {account !== undefined && (
            <Link to={account as never} className={styles.entry} activeProps={{ 'aria-current': 'page' }}><Icon name="me" /><span>{t('shell.account')}</span></Link>
          )}
          <UrgentLink />
        </div>
      </nav>
      <main id="main" tabIndex={-1} className={cx(styles.page, wide && styles.wide)}>
        <Outlet />
        <DemoNote />
      </main>
    </div>
  )
}

/** In the demo, under every screen: that nothing here is real, and the way to see it as somebody else. */
function DemoNote() {
  const t = useT()
  const { data: me } = useQuery(meQuery)
  if (me?.is_demo !== true) return null
  return <p className={styles.demo}>{t('shell.demo')} <Link to={'/sign-in'}>{t('shell.demo.other')}</Link></p>
}

/** Where a message waits, on whichever screen one is. */
function Unread() {
  const { data: known } = useQuery(threadsQuery)
  return <Mark says="shell.unread" count={known?.threads.reduce((sum, { unread }) => sum + unread, 0)} />
}

/** Where a colleague waits for one's agreement. */
function ToAgree() {
  const { data: known } = useQuery(approvalsQuery)
  return <Mark says="shell.toAgree" count={known?.filter((one) => one.may_decide).length} />
}

const marks = { messages: Unread, approvals: ToAgree }

function Mark({ says, count = 0 }: { says: 'shell.unread' | 'shell.toAgree'; count: number | undefined }) {
  const t = useT()
  if (count === 0) return null
  return <span className={styles.unread}><span className={styles.heard}>{t(says, { count })}</span></span>
}

function NavEntry({ item, beyondBar = false, onGo }: { item: NavItem; beyondBar?: boolean; onGo?: () => void }) {
  const t = useT()
  const Waiting = item.waits && marks[item.waits]
  return (
    <li className={cx(beyondBar && styles.beyondBar)}>
      <Link to={item.to as never} className={styles.entry} activeProps={{ 'aria-current': 'page' }} onClick={onGo}>
        <Icon name={item.icon} />
        <span>{(t as (key: MessageKey) => string)(item.label)}</span>
        {Waiting && <Waiting />}
      </Link>
    </li>
  )
}

/** On phones: the entries that found no room. A disclosure, not a menu: they are links. */
function More({ items }: { items: readonly NavItem[] }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <li className={styles.more}>
      <button
        type="button" className={styles.entry} aria-expanded={open} aria-controls={id}
        onClick={() => { setOpen(!open) }}
        onKeyDown={(event) => { if (event.key === 'Escape') setOpen(false) }}
      >
        <Icon name="more" />
        <span>{t('shell.nav.more')}</span>
        {items.some(({ waits }) => waits === 'approvals') && <ToAgree />}
      </button>
      <ul id={id} className={styles.moreList} hidden={!open}>
        {items.map((item) => <NavEntry key={item.to} item={item} onGo={() => { setOpen(false) }} />)}
      </ul>
    </li>
  )
}
