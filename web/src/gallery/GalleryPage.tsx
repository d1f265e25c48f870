import { useState, type ReactNode } from 'react'
import { ApiProblem } from '~/api'
import { useT } from '~/i18n'
import { LangSwitch, ThemeSwitch } from '~/shell/Preferences'
import {
  Avatar, Balance, Banner, Button, Card, CardsSkeleton, CategoryIcon, Chip, Columns, Confirm, CopyField, Dialog, Disclosure, EmptyState, ErrorState, Facts, Grid,
  Icon, IconButton, LinkButton, LinkCard, List, ListItem, ListSkeleton, LoadMore, Menu, Money, Muted, OfflineState, PageHeader, Progress, Row, Section, Span, Stack, Stars, Stepper, Table,
  Tabs, toast, When, Countdown, categoryIconNames,
} from '~/ui'
import { icons, type IconName } from '~/ui/icons'
import { Fields } from './Fields'
import styles from './Gallery.module.css'

const soon = '2030-03-04T16:00:00Z'
const inAnHour = new Date(Date.now() + 3_600_000).toISOString()

/** Every component of the kit in its states, for eyes and for axe. */
export default function GalleryPage() {
  const t = useT()
  return (
    <main id="main" tabIndex={-1} className={styles.page}>
      <Columns aside={<Stack><LangSwitch /><ThemeSwitch /></Stack>}>
        <Stack gap={7}>
          <PageHeader title={t('shell.nav.categories')} lead={t('shell.error.lead')} back={{ to: '/', label: t('shell.toStart') }} actions={<Button variant="primary">{t('ui.more')}</Button>} />
          <Buttons />
          <Cards />
          <Part title="ui.optional"><Fields /></Part>
          <Lists />
          <Overlays />
          <States />
          <Icons />
        </Stack>
      </Columns>
    </main>
  )
}

function Part({ title, children }: { title: 'ui.optional' | 'shell.nav' | 'shell.nav.more' | 'shell.nav.audit' | 'shell.nav.live' | 'ui.filters' | 'ui.error.title'; children: ReactNode }) {
  const t = useT()
  return <Section title={t(title)}>{children}</Section>
}

function Buttons() {
  const t = useT()
  return (
    <Part title="shell.nav">
      <Row>
        <Button variant="primary">{t('ui.retry')}</Button>
        <Button>{t('ui.cancel')}</Button>
        <Button variant="quiet">{t('ui.more')}</Button>
        <Button variant="danger" icon="trash">{t('ui.toast.undo')}</Button>
        <Button variant="primary" isPending>{t('ui.retry')}</Button>
        <Button isDisabled>{t('ui.retry')}</Button>
        <LinkButton to="/urgent" icon="phone">{t('shell.urgent')}</LinkButton>
        <IconButton icon="bell" label={t('ui.toast.region')} />
        <Menu label={t('shell.nav.more')} items={[{ id: 'a', label: t('ui.copy'), icon: 'copy', onAction: () => { toast(t('ui.copied')) } }, { id: 'b', label: t('ui.filters.clear'), icon: 'trash', isDanger: true, onAction: () => { toast(t('ui.copied'), () => undefined) } }]} />
      </Row>
      <Row>
        <Chip>{t('shell.nav.day')}</Chip>
        <Chip tone="accent" icon="video">{t('shell.nav.live')}</Chip>
        <Chip tone="positive" icon="check">{t('ui.step.done')}</Chip>
        <Chip tone="notice">{t('ui.pending')}</Chip>
        <Chip tone="danger">{t('ui.error.title')}</Chip>
      </Row>
    </Part>
  )
}

function Cards() {
  const t = useT()
  return (
    <Part title="shell.nav.more">
      <Grid>
        <Card tone="accent">
          <h3><When at={soon} otherZone="Asia/Vladivostok" who={t('shell.nav.specialists')} /></h3>
          <p><Span from={soon} to="2030-03-04T16:50:00Z" /></p>
          <Row><LinkButton to="/urgent" variant="primary" icon="video">{t('shell.nav.live')}</LinkButton></Row>
        </Card>
        <LinkCard to="/urgent" title="Айгерім Нұрланқызы">
          <Row gap={2}><Avatar name="Айгерім Нұрланқызы" size="lg" /><Stars value={4.6} /></Row>
          <Muted small><When at={soon} show="date" /></Muted>
          <Row gap={2}><Chip>{t('shell.nav.day')}</Chip><Chip>{t('shell.nav.me')}</Chip></Row>
        </LinkCard>
        <Card tone="plain"><Facts items={[[t('shell.nav.companies'), <Money key="m" minor={1_250_000} currency="RUB" />], [t('shell.nav.calendar'), <When key="w" at={soon} show="stamp" />]]} /></Card>
        <Card tone="outline"><Balance left={5} total={8}>{t('ui.step', { current: 5, total: 8 })}</Balance><Balance left={30} total={48}>{t('ui.step', { current: 30, total: 48 })}</Balance></Card>
      </Grid>
      <Stack gap={3}>
        <Banner>{t('shell.error.lead')}</Banner>
        <Banner tone="private" title={t('ui.offline.title')}>{t('shell.error.lead')}</Banner>
        <Banner tone="positive">{t('ui.copied')}</Banner>
        <Banner tone="notice" title={t('ui.offline.title')} actions={<Button>{t('ui.retry')}</Button>}>{t('common.problem.busy')}</Banner>
        <Banner tone="danger">{t('common.problem.unavailable')}</Banner>
      </Stack>
      <Stepper label={t('shell.nav')} steps={[t('shell.nav.find'), t('shell.nav.calendar'), t('shell.nav.me')]} current={1} />
      <Progress label={t('ui.loading')} value={40} detail="40 %" />
      <Progress label={t('ui.pending')} />
      <p><Countdown until={inAnHour} /></p>
    </Part>
  )
}

function Lists() {
  const t = useT()
  const [tab, setTab] = useState<'one' | 'two'>('one')
  const rows = ['Мария Орлова', 'Тимур Ахметов', 'Ольга Ким'].map((name, index) => ({ name, at: `2030-03-0${String(index + 1)}T16:00:00Z`, minor: 150_000 * (index + 1) }))
  return (
    <Part title="shell.nav.audit">
      <Tabs
        label={t('shell.nav')} value={tab} onChange={setTab}
        items={[
          { id: 'one', label: t('shell.nav.bookings'), content: (
            <Table
              label={t('shell.nav.bookings')} rows={rows} rowKey={(row) => row.name} sort={{ column: 'at', direction: 'ascending' }} onSort={() => undefined}
              columns={[
                { id: 'name', header: t('shell.nav.clients'), cell: (row) => row.name, isRowHeader: true, canSort: true },
                { id: 'at', header: t('shell.nav.calendar'), cell: (row) => <When at={row.at} show="stamp" />, canSort: true },
                { id: 'sum', header: t('shell.nav.companies'), cell: (row) => <Money minor={row.minor} currency="RUB" />, align: 'end' },
                { id: 'menu', header: t('shell.nav.more'), cell: (row) => <Menu label={`${t('shell.nav.more')}: ${row.name}`} items={[{ id: 'a', label: t('ui.copy'), onAction: () => undefined }]} />, align: 'end' },
              ]}
            />
          ) },
          { id: 'two', label: t('shell.nav.clients'), content: (
            <List>{rows.map((row) => <ListItem key={row.name} to="/urgent" title={row.name} text={<When at={row.at} />} leading={<Avatar name={row.name} />} trailing={<Chip>{t('ui.step.done')}</Chip>} />)}</List>
          ) },
        ]}
      />
      <LoadMore onPress={() => undefined} />
      <div><Disclosure title={t('ui.error.title')}><p>{t('ui.error.safe')}</p></Disclosure><Disclosure title={t('ui.offline.title')} isOpen><p>{t('ui.offline.lead')}</p></Disclosure></div>
      <CopyField label={t('shell.nav.calendar')} value="https://ponimayu.example/calendar/5f0c.ics" hint={t('ui.error.safe')} />
    </Part>
  )
}

function Overlays() {
  const t = useT()
  const [open, setOpen] = useState<'dialog' | 'confirm' | null>(null)
  const close = () => { setOpen(null) }
  return (
    <Part title="shell.nav.live">
      <Row>
        <Button onPress={() => { setOpen('dialog') }}>{t('shell.nav.settings')}</Button>
        <Button onPress={() => { setOpen('confirm') }}>{t('ui.toast.undo')}</Button>
        <Button onPress={() => { toast(t('ui.copied'), () => { toast(t('ui.draft.restored')) }) }}>{t('ui.copy')}</Button>
      </Row>
      <Dialog title={t('shell.nav.settings')} isOpen={open === 'dialog'} onClose={close} actions={<><Button variant="primary" onPress={close}>{t('ui.copy')}</Button><Button onPress={close}>{t('ui.cancel')}</Button></>}>
        <p>{t('shell.error.lead')}</p>
      </Dialog>
      <Confirm title={t('ui.toast.undo')} confirm={t('ui.toast.undo')} isDanger isOpen={open === 'confirm'} onClose={close} onConfirm={() => Promise.reject(new ApiProblem(503, 'unavailable'))}>
        <p>{t('ui.error.safe')}</p>
      </Confirm>
    </Part>
  )
}

function States() {
  const t = useT()
  return (
    <Part title="ui.error.title">
      <Grid min={22}>
        <ListSkeleton rows={2} />
        <CardsSkeleton cards={1} />
        <EmptyState icon="sessions" title={t('ui.none')} action={<LinkButton to="/urgent" variant="primary">{t('shell.nav.find')}</LinkButton>}>{t('ui.offline.lead')}</EmptyState>
        <ErrorState problem={new ApiProblem(503, 'unavailable')} onRetry={() => undefined} />
        <OfflineState onRetry={() => undefined} />
      </Grid>
    </Part>
  )
}

const Icons = () => (
  <Part title="ui.filters">
    <Row gap={4}>{(Object.keys(icons) as IconName[]).map((name) => <span key={name} title={name}><Icon name={name} /></span>)}</Row>
    <Row gap={4}>{categoryIconNames.map((name) => <span key={name} title={name}><CategoryIcon name={name} size={32} /></span>)}</Row>
    <Row>{['Айгерім Нұрланқызы', 'Мария', 'Тимур Ахметов', 'Olga Kim', 'Сергей Петров', 'Дана'].map((name) => <Avatar key={name} name={name} size="lg" />)}</Row>
  </Part>
)
