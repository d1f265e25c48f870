import { useState } from 'react'
import { useT } from '~/i18n'
import { Banner, Button, CopyField, Dialog, Row, Stack } from '~/ui'
import { oneColumn, saveText } from './files'
import type { Kept } from './keeping'
import type { MadeCodes } from './queries'

interface Props {
  company: Kept
  made: MadeCodes | undefined
  onClose: () => void
}

/** The one time that codes can be read. Whoever closes it without having taken them is asked once more. */
export function MadeCodesDialog({ company, made, onClose }: Props) {
  const t = useT()
  const [last, setLast] = useState(made)
  const [isTaken, setTaken] = useState(false)
  const [isWarned, setWarned] = useState(false)
  if (made && made !== last) {
    setLast(made)
    setTaken(false)
    setWarned(false)
  }
  const codes = last?.codes ?? []
  const close = () => {
    if (isTaken || isWarned) onClose()
    else setWarned(true)
  }
  const save = () => {
    saveText(`${company.name} ${last?.batch.label ?? ''}`.trim().replaceAll(/[\\/:*?"<>|]/g, ' ') + '.csv', oneColumn(t('companies.codes.column'), codes))
    setTaken(true)
  }
  return (
    <Dialog
      role="alertdialog" title={t('companies.codes.made', { count: codes.length })} isOpen={made !== undefined} onClose={close}
      actions={<Button variant="primary" onPress={close}>{isWarned && !isTaken ? t('companies.codes.closeAnyway') : t('companies.codes.done')}</Button>}
    >
      <Stack gap={4}>
        {isWarned && !isTaken ? <Banner tone="notice" announce>{t('companies.codes.notTaken', { count: codes.length })}</Banner> : <p>{t('companies.codes.once', { count: codes.length })}</p>}
        <CopyField
          label={t('companies.codes.copy', { count: codes.length })} value={codes.join('\n')} rows={codes.length > 1 ? Math.min(8, codes.length) : undefined}
          onCopied={() => { setTaken(true) }}
        />
        {codes.length > 1 && <Row><Button icon="download" onPress={save}>{t('companies.codes.download')}</Button></Row>}
        <p>{t('companies.codes.where', { address: `${location.host}/enter` })}</p>
      </Stack>
    </Dialog>
  )
}
