// One specialist's card with all that is to be checked before people see it.
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { usePerson, type Loader } from '~/api'
import { useT } from '~/i18n'
import { Banner, CardsSkeleton, Columns, Loaded, PageHeader, Stack } from '~/ui'
import { CardContent } from './CardContent'
import { Decision } from './Decision'
import { EducationCheck } from './EducationCheck'
import { cardQuery, type Card } from './queries'
import { ResetFactors } from './ResetFactors'

/** A card that is not there is told about on the page, which leads back to the list. */
export const loader: Loader = ({ queryClient, params }) => queryClient.query(cardQuery(params['id'] ?? '')).catch(() => undefined)
export const isRecorded = true

export default function ReviewPage() {
  const t = useT()
  const { id } = useParams({ from: '/operator/desk/specialists/$id' })
  const query = useQuery(cardQuery(id))
  return (
    <>
      <PageHeader title={query.data?.display_name ?? t('specialists.card')} back={{ to: '/desk/specialists', label: t('specialists.title') }} />
      <Loaded query={query} skeleton={<CardsSkeleton />}>{(card) => <Review card={card} />}</Loaded>
    </>
  )
}

function Review({ card }: { card: Card }) {
  const t = useT()
  const isAdmin = usePerson().capabilities.includes('admin')
  return (
    <Columns aside={<Stack gap={6}><Decision card={card} />{isAdmin && <ResetFactors card={card} />}</Stack>}>
      <Stack gap={6}>
        <Banner tone="private">{t('specialists.opened')}</Banner>
        <CardContent card={card} />
        <EducationCheck card={card} />
      </Stack>
    </Columns>
  )
}
