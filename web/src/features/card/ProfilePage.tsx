// The specialist's own card: filled here, checked by the operator, shown to employees.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Loader } from '~/api'
import { useT } from '~/i18n'
import { Button, CardsSkeleton, Columns, Dialog, Loaded, PageHeader, Row, Stack, useIsWide } from '~/ui'
import { CardFields } from './CardFields'
import { CardState } from './CardState'
import { PreviewCard } from './PreviewCard'
import { cardQuery, previewQuery, type Card } from './queries'
import { useCardForm } from './useCardForm'
import type { Values } from './values'

export const loader: Loader = ({ queryClient }) => Promise.all([queryClient.query(cardQuery), queryClient.query(previewQuery)])

export default function ProfilePage() {
  const t = useT()
  const query = useQuery(cardQuery)
  return (
    <>
      <PageHeader title={t('card.title')} lead={t('card.lead')} />
      <Loaded query={query} skeleton={<CardsSkeleton />}>{(card) => <Profile card={card} />}</Loaded>
    </>
  )
}

/** The preview stands beside the form where there is room, else behind a button: the form is never left for it. */
function Profile({ card }: { card: Card }) {
  const isWide = useIsWide()
  const editing = useCardForm(card)
  const fields = (
    <Stack gap={6}>
      <CardState card={card} />
      {!isWide && <PreviewButton card={card} values={editing.form.values} />}
      <CardFields card={card} editing={editing} />
    </Stack>
  )
  if (!isWide) return fields
  return <Columns follows aside={<PreviewCard card={card} values={editing.form.values} />}>{fields}</Columns>
}

function PreviewButton({ card, values }: { card: Card; values: Values }) {
  const t = useT()
  const [isOpen, setOpen] = useState(false)
  return (
    <Row>
      <Button icon="eye" onPress={() => { setOpen(true) }}>{t('card.preview.open')}</Button>
      <Dialog title={t('card.preview')} isOpen={isOpen} onClose={() => { setOpen(false) }}><PreviewCard card={card} values={values} isTitled={false} /></Dialog>
    </Row>
  )
}
