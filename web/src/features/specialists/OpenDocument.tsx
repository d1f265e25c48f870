import { useEffect, useState } from 'react'
import { api, data, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Banner, Button, Dialog, useProblemText } from '~/ui'
import type { Education } from './queries'
import styles from './specialists.module.css'

/** A picture is shown here; a PDF is saved, for it is never opened among our pages. The opening is recorded, and the specialist sees it. */
export function OpenDocument({ entry }: { entry: Education }) {
  const t = useT()
  const text = useProblemText()
  const [picture, setPicture] = useState<string>()
  const isPdf = entry.document_type === 'application/pdf'
  useEffect(() => () => { if (picture !== undefined) URL.revokeObjectURL(picture) }, [picture])
  const open = useCommand(
    (id: string) => data(api.GET('/api/operator/education/{id}/document', { params: { path: { id } }, parseAs: 'blob' })),
    {
      onSuccess: (blob) => {
        const address = URL.createObjectURL(blob)
        if (isPdf) save(address)
        else setPicture(address)
      },
    },
  )
  return (
    <>
      <Button icon={isPdf ? 'download' : 'eye'} isPending={open.isPending} onPress={() => { open.mutate(entry.id) }}>{t(isPdf ? 'specialists.savePdf' : 'specialists.openPicture')}</Button>
      {open.error && <Banner tone="danger" announce>{text(open.error)}</Banner>}
      {picture !== undefined && (
        <Dialog title={entry.title} isOpen size="wide" onClose={() => { setPicture(undefined) }}>
          <img className={styles.document} src={picture} alt={t('specialists.documentOf', { title: entry.title })} />
        </Dialog>
      )}
    </>
  )
}

function save(address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = 'document.pdf'
  link.click()
  // The browser takes the content on the click; a moment later the address is not needed.
  setTimeout(() => { URL.revokeObjectURL(address) }, 60_000)
}
