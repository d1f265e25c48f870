import { useState } from 'react'
import { api, data, idempotent } from '~/api'
import { langNames, useLang, useT, type Lang } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { civilDateOf, useFormat } from '~/i18n/format'
import { Button, Card, Columns, DateField, FilterChips, Form, Grid, HelpLines, IconButton, moved, MoveButtons, Muted, Row, Section, Stack, TextField, TextsField, toast, useForm, type FormState } from '~/ui'
import { bodyOf, LINES_MAX, newLine, valuesOf, type Line, type Values } from './phones'
import { usePut, type UrgentHelp } from './queries'
import styles from './settings.module.css'

/** All numbers at once: they were checked together. */
export function PhonesForm({ help, onReload }: { help: UrgentHelp; onReload: () => void }) {
  const t = useT()
  const format = useFormat()
  const put = usePut()
  const today = civilDateOf(new Date(nowMs()), format.zone)
  // What is typed is laid over this version; another's change meanwhile is refused by the server, not overwritten.
  const [base, setBase] = useState(help)
  const form = useForm<Values, UrgentHelp>({
    initial: valuesOf(base),
    draft: `phones:${String(base.version)}`,
    check: ({ verified_on }) => ({ verified_on: verified_on === null ? t('settings.phones.dateNeeded') : undefined }),
    submit: (values, key) => data(api.PUT('/api/settings/urgent-help', { body: bodyOf(values, base.version), headers: idempotent(key) })),
    kept: valuesOf,
    onDone: (saved) => {
      setBase(saved)
      put.phones(saved)
      toast(t('settings.phones.saved'))
    },
  })
  return (
    <Columns aside={<PhonesPreview lines={form.values.lines} />}>
      <Form form={form} submit={t('settings.phones.save')} onReload={onReload}>
        <Stack gap={5}>
          <Lines form={form} />
          <Section title={t('settings.phones.check')} level={3}>
            <Row align="end">
              <div className={styles.date}><DateField label={t('settings.phones.date')} hint={t('settings.phones.dateHint')} max={today} {...form.field('verified_on')} /></div>
              <Button isDisabled={form.values.verified_on === today} onPress={() => { form.set('verified_on', today) }}>{t('settings.phones.today')}</Button>
            </Row>
          </Section>
        </Stack>
      </Form>
    </Columns>
  )
}

function Lines({ form }: { form: FormState<Values> }) {
  const t = useT()
  const { lines } = form.values
  const set = (next: Line[]) => { form.set('lines', next) }
  const remove = (line: Line) => {
    set(lines.filter((one) => one.id !== line.id))
    toast(t('settings.phone.removed'), () => { set(lines) })
  }
  return (
    <div className={styles.lines} data-field="lines">
      {lines.map((line, index) => (
        <LineCard
          key={line.id} line={line} index={index} count={lines.length} errorAt={form.errorAt}
          onChange={(next) => { set(lines.map((one) => (one.id === next.id ? next : one))) }} onMove={(to) => { set(moved(lines, index, to)) }} onRemove={() => { remove(line) }}
        />
      ))}
      {lines.length < LINES_MAX
        ? <div><Button icon="plus" onPress={() => { set([...lines, newLine()]) }}>{t('settings.phone.add')}</Button></div>
        : <Muted small>{t('settings.phone.enough', { count: LINES_MAX })}</Muted>}
    </div>
  )
}

interface LineProps {
  line: Line
  index: number
  count: number
  errorAt: (path: string) => string | undefined
  onChange: (line: Line) => void
  onMove: (to: number) => void
  onRemove: () => void
}

function LineCard({ line, index, count, errorAt, onChange, onMove, onRemove }: LineProps) {
  const t = useT()
  const lang = useLang()
  const path = `lines/${String(index)}`
  const title = t('settings.phone', { number: index + 1 })
  const name = line.name[lang].trim() === '' ? title : line.name[lang]
  return (
    <Card as="section" label={title}>
      <div className={styles.head}>
        <div><h3 className={styles.title}>{title}</h3>{index === 0 && <Muted small>{t('settings.phone.first')}</Muted>}</div>
        <div className={styles.acts}>
          <MoveButtons name={name} index={index} count={count} onMove={onMove} />
          <IconButton icon="trash" label={t('settings.phone.remove', { name })} isDisabled={count === 1} onPress={onRemove} />
        </div>
      </div>
      <Grid min={12} align="end">
        <TextField
          label={t('settings.phone.number')} hint={t('settings.phone.numberHint')} type="tel" inputMode="tel" autoComplete="off" maxLength={30} name={`${path}/number`}
          value={line.number} onChange={(number) => { onChange({ ...line, number }) }} error={errorAt(`${path}/number`)}
        />
        <TextField
          label={t('settings.phone.short')} hint={t('settings.phone.shortHint')} optional type="tel" inputMode="tel" autoComplete="off" maxLength={30} name={`${path}/short`}
          value={line.short} onChange={(short) => { onChange({ ...line, short }) }} error={errorAt(`${path}/short`)}
        />
      </Grid>
      <TextsField label={t('settings.phone.name')} name={`${path}/name`} maxLength={120} value={line.name} onChange={(texts) => { onChange({ ...line, name: texts }) }} errorAt={errorAt} />
      <TextsField label={t('settings.phone.about')} hint={t('settings.phone.aboutHint')} name={`${path}/about`} isLong maxLength={240} value={line.about} onChange={(about) => { onChange({ ...line, about }) }} errorAt={errorAt} />
    </Card>
  )
}

/** The page for everybody, as it will be. The numbers can be called from here too: that is how they are checked. */
function PhonesPreview({ lines }: { lines: readonly Line[] }) {
  const t = useT()
  const own = useLang()
  const [lang, setLang] = useState<Lang>(own)
  return (
    <section aria-labelledby="phones-preview" className={styles.preview}>
      <Stack gap={3}>
        <h3 id="phones-preview" className={styles.title}>{t('settings.phones.preview')}</h3>
        <FilterChips label={t('settings.phones.language')} required options={(Object.keys(langNames) as Lang[]).map((id) => ({ id, label: langNames[id] }))} value={lang} onChange={(next) => { setLang(next ?? own) }} />
        <HelpLines lines={lines.filter((line) => line.number.trim() !== '')} lang={lang} level={4} />
      </Stack>
    </section>
  )
}
