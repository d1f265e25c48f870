import { useState } from 'react'
import { ApiProblem, useCommand } from '~/api'
import { useT } from '~/i18n'
import { useFormat } from '~/i18n/format'
import { Banner, Button, Card, Confirm, FileField, Muted, RadioGroup, Row, Stack, useProblemText } from '~/ui'
import { oneColumn, saveText } from './files'
import { applyRoster, previewRoster, type Kept } from './keeping'
import { useCompaniesChanged, type RosterMode, type RosterReport } from './queries'
import { Report } from './RosterReport'

const MAX_BYTES = 5 * 1024 * 1024
const modes: readonly RosterMode[] = ['add', 'remove', 'replace']

/** A file as it was when it was checked: what is applied is what was seen, even if the file is saved anew in between. */
interface Taken {
  mode: RosterMode
  name: string
  /** Tells one file from another where only names are compared. */
  bytes: number
  changed: number
}

/** The roster: a file names the people who may enter. First it is seen what it would do, then it is done. */
export default function Roster({ company }: { company: Kept }) {
  const t = useT()
  const [mode, setMode] = useState<RosterMode>('add')
  const [file, setFile] = useState<File | null>(null)
  const { preview, apply } = useRoster(company, file)
  const mistake = useFileMistake(preview.error ?? apply.error)
  // What the file does is done as it was seen, or seen anew.
  const confirm = async (seen: Taken & Pick<RosterReport, 'plan'>) => {
    try {
      await apply.mutateAsync(seen)
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.code === 'roster_changed') await preview.mutateAsync(seen)
      throw problem
    }
    setFile(null)
    preview.reset()
  }
  const begin = () => {
    preview.reset()
    apply.reset()
  }
  if (company.is_archived) return <Size company={company} />
  const taken = file && { mode, name: file.name, bytes: file.size, changed: file.lastModified }
  const seen = preview.data
  return (
    <Stack gap={4}>
      <Size company={company} />
      <Card tone="outline">
        <Stack gap={5}>
          <RadioGroup
            label={t('companies.roster.mode')} value={mode} onChange={(next) => { setMode(next); begin() }}
            options={modes.map((one) => ({ id: one, label: t(`companies.roster.mode.${one}`), hint: t(`companies.roster.mode.${one}.hint`) }))}
          />
          <FileField
            label={t('companies.roster.file')} hint={t('companies.roster.file.hint')} name="file" accept={['.xlsx', '.csv', '.txt', 'text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet']}
            wrongType={t('companies.roster.wrongType')} maxBytes={MAX_BYTES} value={file} error={mistake}
            onChange={(next) => {
              begin()
              void kept(next).then(setFile)
            }}
          />
          <Row>
            <Button variant={seen ? 'secondary' : 'primary'} isDisabled={!taken} isPending={preview.isPending} onPress={() => { if (taken) preview.mutate(taken) }}>
              {t('companies.roster.check')}
            </Button>
            <Button variant="quiet" icon="download" onPress={() => { saveText('roster.csv', oneColumn(t('companies.roster.column'), ['anna@example.com', 'ivan@example.com'])) }}>
              {t('companies.roster.sample')}
            </Button>
          </Row>
        </Stack>
      </Card>
      {seen && taken && <Seen company={company} report={seen} mode={mode} onApply={() => confirm({ ...taken, plan: seen.plan })} />}
      {apply.data && <Banner tone="positive" announce>{t('companies.roster.applied', { added: apply.data.added, removed: apply.data.removed, size: apply.data.size })}</Banner>}
    </Stack>
  )
}

/** The content is read at once: what was checked is what will be applied. */
const kept = async (file: File | null): Promise<File | null> =>
  file && new File([await file.arrayBuffer()], file.name, { type: file.type, lastModified: file.lastModified })

function Size({ company }: { company: Kept }) {
  const t = useT()
  return <Muted>{t(company.passes?.is_on === true ? 'companies.roster.text.passes' : 'companies.roster.text')} {t('companies.roster.now', { count: company.roster_size ?? 0 })}</Muted>
}

function useRoster(company: Kept, chosen: File | null) {
  const changed = useCompaniesChanged()
  const file = chosen ?? new File([], '')
  const preview = useCommand<Taken, RosterReport>(({ mode }) => previewRoster(company, mode, file))
  const apply = useCommand<Taken & Pick<RosterReport, 'plan'>, RosterReport>(({ mode, plan }, key) => applyRoster(company, mode, file, plan, key), { onSettled: changed })
  return { preview, apply }
}

/** What is wrong with the file as a whole: of the field, or of the answer. */
function useFileMistake(problem: ApiProblem | null): string | undefined {
  const text = useProblemText()
  return problem === null ? undefined : (problem.errors.find((error) => error.pointer === '/file')?.detail ?? text(problem))
}

interface SeenProps {
  company: Kept
  report: RosterReport
  mode: RosterMode
  onApply: () => Promise<unknown>
}

/** What the file would do, and the button which does it; removing people is asked about once more. */
function Seen({ company, report, mode, onApply }: SeenProps) {
  const t = useT()
  const format = useFormat()
  const until = company.passes?.key?.lets_in_until
  const [isAsked, setAsked] = useState(false)
  const [isPending, setPending] = useState(false)
  const isNothing = report.added === 0 && report.removed === 0
  // Then the report says so, as it does of leavers who are not on the roster.
  const isNoneTaken = report.fault_count === report.lines
  const apply = async () => {
    setPending(true)
    try {
      await onApply()
    } catch {
      // Told at the file.
    } finally {
      setPending(false)
    }
  }
  return (
    <Card>
      <Stack gap={4}>
        <Report report={report} mode={mode} />
        {!isNoneTaken && (isNothing
          ? report.unlisted === 0 && <Banner>{t('companies.roster.nothing')}</Banner>
          : (
            <Row>
              <Button variant="primary" isPending={isPending} onPress={() => { if (report.removed > 0) setAsked(true); else void apply() }}>
                {t(`companies.roster.apply.${mode}`)}
              </Button>
            </Row>
            ))}
      </Stack>
      <Confirm
        title={t('companies.roster.remove.title', { count: report.removed })} confirm={t(`companies.roster.apply.${mode}`)} isDanger
        isOpen={isAsked} onClose={() => { setAsked(false) }} onConfirm={onApply}
      >
        <p>{t('companies.roster.remove.text')}</p>
        {company.passes && <p>{until === undefined ? t('companies.roster.remove.passes') : t('companies.roster.remove.passes.until', { date: format.civilDate(until) })}</p>}
        <p>{t('companies.roster.remove.nobody')}</p>
      </Confirm>
    </Card>
  )
}
