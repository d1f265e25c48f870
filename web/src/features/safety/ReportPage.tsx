import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { api, data, idempotent, useCommand, type Loader } from '~/api'
import { useT } from '~/i18n'
import { Banner, Bone, Button, Card, Chip, Facts, Form, LinkButton, Loaded, PageHeader, Row, Section, Skeleton, Stack, TextArea, useForm, useProblemText, When } from '~/ui'
import { Due } from './Due'
import { reportQuery, type OpenedReport, type Report } from './queries'
import { State } from './ReportTable'
import styles from './safety.module.css'

export const loader: Loader = ({ queryClient, params }) => queryClient.query(reportQuery(params['report'] ?? ''))
export const isRecorded = true

/** One report: what was answered, and what is done about it. */
export default function ReportPage() {
  const t = useT()
  const { report: id = '' } = useParams({ strict: false })
  const query = useQuery(reportQuery(id))
  return (
    <>
      <PageHeader title={t('safety.report')} back={{ to: '/desk/safety' as never, label: t('safety.title') }} />
      <Stack gap={5}>
        <Banner tone="private">{t('safety.opened')}</Banner>
        <Loaded query={query} skeleton={<Skeleton><Bone height="block" /></Skeleton>}>
          {(opened) => <Opened opened={opened} />}
        </Loaded>
      </Stack>
    </>
  )
}

function Opened({ opened }: { opened: OpenedReport }) {
  const t = useT()
  const { report } = opened
  return (
    <Stack gap={6}>
      <Card>
        <Row><State report={report} />{report.due_at && <Due at={report.due_at} />}</Row>
        <Facts
          items={[
            [t('safety.specialist'), report.specialist_name],
            [t('safety.pattern'), report.flagged_about_specialist],
            [t('safety.employee'), opened.employee_name],
            [t('safety.category'), opened.category],
            [t('safety.consultation'), <When key="at" at={opened.starts_at} />],
            [t('safety.created'), <When key="made" at={report.created_at} />],
          ]}
        />
        <Row><LinkButton icon="me" to="/desk/approvals" search={{ report: report.id }}>{t('safety.contact')}</LinkButton></Row>
      </Card>
      <Section title={t('safety.answers')}>
        <Card>
          <Facts items={opened.answers.map((a) => [a.question, a.is_yes ? <Chip key="yes" tone="notice" icon="notice">{t('safety.yes')}</Chip> : t('safety.no')] as const)} />
          {opened.text !== '' && <blockquote className={styles.words}>{opened.text}</blockquote>}
        </Card>
      </Section>
      <Handling report={report} resolution={opened.resolution ?? null} />
    </Stack>
  )
}

function Handling({ report, resolution }: { report: Report; resolution: string | null }) {
  const t = useT()
  if (report.state === 'closed') {
    return resolution === null ? null : <Section title={t('safety.resolution')}><Card><blockquote className={styles.words}>{resolution}</blockquote></Card></Section>
  }
  return report.is_mine ? <CloseForm id={report.id} /> : <Take report={report} />
}

/** The list and the report are asked again; the report's reading is then recorded again, as it should be. */
function useChanged(id: string) {
  const queryClient = useQueryClient()
  return async () => {
    await queryClient.invalidateQueries({ queryKey: ['safety'] })
    await queryClient.invalidateQueries({ queryKey: ['safety-report', id] })
  }
}

function Take({ report }: { report: Report }) {
  const t = useT()
  const text = useProblemText()
  const changed = useChanged(report.id)
  const take = useCommand((from: string | null, key) => data(api.POST('/api/safety-reports/{id}/take', { params: { path: { id: report.id } }, body: { from }, headers: idempotent(key) })), { onSettled: changed })
  return (
    <Stack gap={3}>
      {take.error && <Banner tone="danger" announce>{text(take.error)}</Banner>}
      <Row>
        <Button variant="primary" isPending={take.isPending} onPress={() => { take.mutate(report.handler_id ?? null) }}>
          {report.handler_name ? t('safety.takeFrom', { name: report.handler_name }) : t('safety.take')}
        </Button>
      </Row>
    </Stack>
  )
}

function CloseForm({ id }: { id: string }) {
  const t = useT()
  const changed = useChanged(id)
  const form = useForm({
    initial: { resolution: '' },
    check: ({ resolution }) => ({ resolution: resolution.trim() === '' ? t('safety.resolutionNeeded') : undefined }),
    submit: (values, key) => data(api.POST('/api/safety-reports/{id}/close', { params: { path: { id } }, body: values, headers: idempotent(key) })),
    onDone: () => { void changed() },
  })
  return (
    <Section title={t('safety.close')}>
      <Card>
        <Form form={form} submit={t('safety.closeReport')}>
          <TextArea label={t('safety.resolution')} hint={t('safety.resolutionHint')} rows={5} maxLength={4000} {...form.field('resolution')} />
        </Form>
      </Card>
    </Section>
  )
}
