import { useState } from 'react'
import { api, data, fileForm, idempotent, useCommand } from '~/api'
import { useT } from '~/i18n'
import { Avatar, Button, Confirm, FileField, Row, Stack, useProblemText } from '~/ui'
import styles from './card.module.css'
import { useTakeCard, type Card } from './queries'
import { useUpload } from './useUpload'

const PICTURES = ['image/jpeg', 'image/png', 'image/webp'] as const
const MAX_BYTES = 10 * 1024 * 1024

interface Props {
  card: Card
  /** Of the whole form: the photo is missing. */
  error: string | undefined
  onMended: () => void
}

export function PhotoField({ card, error, onMended }: Props) {
  const t = useT()
  const text = useProblemText()
  const upload = useUpload((file, key) => data(api.POST('/api/card/photo', { ...fileForm(file), headers: idempotent(key) })), onMended)
  const hasPhoto = typeof card.photo === 'string'
  return (
    <div className={styles.photo}>
      <Avatar name={card.display_name} src={card.photo} size="xl" />
      <Stack gap={2}>
        <FileField
          label={t('card.photo')} hint={t('card.photo.hint')} name="photo" accept={PICTURES} maxBytes={MAX_BYTES}
          action={t(hasPhoto ? 'card.photo.other' : 'card.photo.choose')} value={null} onChange={upload.choose} isPending={upload.isPending}
          error={upload.error ? text(upload.error) : error}
        />
        {hasPhoto && card.status === 'draft' && <RemovePhoto />}
      </Stack>
    </div>
  )
}

/** Only of a draft: people who look for help see a face. */
function RemovePhoto() {
  const t = useT()
  const takeCard = useTakeCard()
  const [isAsked, ask] = useState(false)
  const remove = useCommand((_: null, key) => data(api.DELETE('/api/card/photo', { headers: idempotent(key) })), { onSuccess: takeCard })
  return (
    <Row>
      <Button variant="quiet" icon="trash" onPress={() => { ask(true) }}>{t('card.photo.remove')}</Button>
      <Confirm title={t('card.photo.removeTitle')} confirm={t('card.photo.remove')} isDanger isOpen={isAsked} onClose={() => { ask(false) }} onConfirm={() => remove.mutateAsync(null)}>
        {t('card.photo.removeText')}
      </Confirm>
    </Row>
  )
}
