import { useQuery } from '@tanstack/react-query'
import { settleProof } from '~/api'
import { useT } from '~/i18n'
import { Dialog, Loaded, TextSkeleton } from '~/ui'
import { Spoken } from '~/ui/Spoken'
import { useIsKeycloak } from '~/shell/keycloak'
import { AtKeycloak } from './AtKeycloak'
import { Prove } from './Prove'
import { waysQuery } from './queries'

/** The one question before a command that needs recent proof. Closing it leaves everything as it was. */
export default function ProofDialog({ isOpen }: { isOpen: boolean }) {
  const t = useT()
  return (
    <Spoken>
      <Dialog title={t('proof.dialog.title')} isOpen={isOpen} onClose={() => { settleProof(false) }}>
        <p>{t('proof.dialog.lead')}</p>
        <Question />
      </Dialog>
    </Spoken>
  )
}

function Question() {
  const isKeycloak = useIsKeycloak()
  if (isKeycloak === undefined) return <TextSkeleton />
  return isKeycloak ? <AtKeycloak onShown={() => { settleProof(true) }} /> : <Ways />
}

function Ways() {
  const query = useQuery({ ...waysQuery, staleTime: 0 })
  return (
    <Loaded query={query} skeleton={<TextSkeleton />}>
      {(ways) => <Prove ways={ways} onShown={() => { settleProof(true) }} />}
    </Loaded>
  )
}
