import { useQuery } from '@tanstack/react-query'
import { useT } from '~/i18n'
import { AutosavedText, Loaded, TextSkeleton } from '~/ui'
import { NOTE_MAX, noteQuery, readNote, saveNote } from './queries'

/** The specialist's note on one consultation. */
export function Note({ appointment }: { appointment: string }) {
  const t = useT()
  const query = useQuery(noteQuery(appointment))
  return (
    <Loaded query={query} skeleton={<TextSkeleton lines={6} />}>
      {(note) => (
        <AutosavedText
          label={t('clients.note')} hint={note.is_clinical ? t('clients.noteClinical') : t('clients.noteHint')} readers={t('clients.noteReaders')}
          maxLength={NOTE_MAX} start={note} save={saveNote(appointment)} reload={() => readNote(appointment)}
        />
      )}
    </Loaded>
  )
}
