// Who works here and who is on the way: those who wait for a check come first.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { usePerson, type Loader } from '~/api'
import { useT } from '~/i18n'
import { LinkButton, PageHeader, Tabs } from '~/ui'
import { Invitations } from './Invitations'
import { invitationsQuery, specialistsQuery } from './queries'
import { specialistsSearch } from './search'
import { SpecialistList } from './SpecialistList'

export const loader: Loader = ({ queryClient, search }) => {
  const { view, ...which } = specialistsSearch(search)
  return view === 'invitations' ? queryClient.query(invitationsQuery) : queryClient.infiniteQuery(specialistsQuery(which))
}

/** Who checks cards also invites; support and safety see the list alone. */
export const mayReview = (capabilities: readonly string[]): boolean => capabilities.includes('catalogue') || capabilities.includes('admin')

export default function SpecialistsPage() {
  const t = useT()
  const navigate = useNavigate()
  const { view } = useSearch({ from: '/operator/desk/specialists' })
  const isReviewer = mayReview(usePerson().capabilities)
  return (
    <>
      <PageHeader
        title={t('specialists.title')} lead={t(isReviewer ? 'specialists.lead' : 'specialists.leadReader')}
        actions={isReviewer && view !== 'invitations' && <LinkButton to="/desk/specialists" search={{ view: 'invitations' }} icon="plus">{t('specialists.invite')}</LinkButton>}
      />
      {isReviewer
        ? (
            <Tabs
              label={t('specialists.title')} value={view ?? 'list'}
              onChange={(next) => { void navigate({ to: '/desk/specialists', search: next === 'invitations' ? { view: next } : {} }) }}
              items={[
                { id: 'list', label: t('specialists.cards'), content: <SpecialistList isReviewer /> },
                { id: 'invitations', label: t('specialists.invitations'), content: <Invitations /> },
              ]}
            />
          )
        : <SpecialistList isReviewer={false} />}
    </>
  )
}
