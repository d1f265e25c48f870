import { useState } from 'react'
import { useT } from '~/i18n'
import { Chip, Menu, Muted, Table, When, type Column } from '~/ui'
import { capabilitiesOf, type StaffMember } from './queries'
import { CapabilitiesDialog, DeactivateDialog, ResetDialog } from './StaffDialogs'
import styles from './settings.module.css'

type Act = 'capabilities' | 'reset' | 'deactivate'

export function StaffTable({ label, members, mayChange }: { label: string; members: readonly StaffMember[]; mayChange: boolean }) {
  const t = useT()
  const [asked, setAsked] = useState<{ act: Act; member: StaffMember }>()
  const close = () => { setAsked(undefined) }
  const columns: Column<StaffMember>[] = [
    { id: 'name', header: t('settings.staff.name'), isRowHeader: true, cell: (one) => <>{one.display_name}{one.is_me && <Muted small>{t('settings.staff.me')}</Muted>}</> },
    { id: 'capabilities', header: t('settings.capabilities'), cell: (one) => <Capabilities names={one.capabilities} /> },
    {
      id: 'since', header: t('settings.staff.since'),
      cell: (one) => (one.deactivated_at ? <>{t('settings.staff.until')} <When at={one.deactivated_at} show="date" /></> : <When at={one.since} show="date" />),
    },
    ...(mayChange
      ? [{
          id: 'more', header: t('settings.staff.acts'), align: 'end' as const,
          cell: (one: StaffMember) => (
            <Menu
              label={t('settings.staff.more', { name: one.display_name })}
              items={[
                { id: 'capabilities', label: t('settings.capabilities.change'), icon: 'key', onAction: () => { setAsked({ act: 'capabilities', member: one }) } },
                // One’s own factors and service are not one’s own to end (own_admin): there always is an administrator.
                { id: 'reset', label: t('settings.reset'), icon: 'refresh', isDisabled: one.is_me, onAction: () => { setAsked({ act: 'reset', member: one }) } },
                { id: 'deactivate', label: t('settings.deactivate'), icon: 'signOut', isDanger: true, isDisabled: one.is_me, onAction: () => { setAsked({ act: 'deactivate', member: one }) } },
              ]}
            />
          ),
        }]
      : []),
  ]
  return (
    <>
      <Table label={label} columns={columns} rows={members} rowKey={(one) => one.id} />
      <CapabilitiesDialog member={asked?.act === 'capabilities' ? asked.member : undefined} onClose={close} />
      <ResetDialog member={asked?.act === 'reset' ? asked.member : undefined} onClose={close} />
      <DeactivateDialog member={asked?.act === 'deactivate' ? asked.member : undefined} onClose={close} />
    </>
  )
}

export function Capabilities({ names }: { names: readonly string[] }) {
  const t = useT()
  const known = capabilitiesOf(names)
  if (known.length === 0) return <Muted small>{t('settings.capabilities.none')}</Muted>
  return <span className={styles.chips}>{known.map((one) => <Chip key={one} tone={one === 'admin' ? 'accent' : 'neutral'}>{t(`settings.capability.${one}`)}</Chip>)}</span>
}
