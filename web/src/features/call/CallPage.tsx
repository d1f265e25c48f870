// The consultation itself: before the door opens, device check, waiting, talking, end. One screen without the ordinary frame.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { audienceOf, usePerson, useLive, type Loader } from '~/api'
import { useT } from '~/i18n'
import { nowMs } from '~/i18n/clock'
import { Loaded, TextSkeleton, useTitle } from '~/ui'
import { EarlyScreen } from './EarlyScreen'
import { EndScreen } from './EndScreen'
import { Lobby } from './Lobby'
import { stay } from './presence'
import { callQuery } from './queries'
import { Room } from './Room'
import { useCallModel, usePresence, useSnapshot } from './useCall'
import styles from './call.module.css'

export const loader: Loader = ({ queryClient, params }) => queryClient.query(callQuery(params['id'] ?? ''))

export default function CallPage() {
  const t = useT()
  const { id } = useParams({ from: '/call/call/$id' })
  const query = useQuery(callQuery(id))
  useTitle(t('call.title'))
  const isAbout = (payload: unknown) => (payload as { appointment_id?: string } | undefined)?.appointment_id === id
  const again = ({ payload }: { payload: unknown }) => { if (isAbout(payload)) void query.refetch() }
  useLive('appointment.changed', again)
  useLive('call.presence', again)
  return (
    <main id="main" className={styles.page}>
      <Loaded query={query} skeleton={<TextSkeleton lines={3} />}>
        {(call) => <Door call={call} onOpen={() => { void query.refetch() }} />}
      </Loaded>
    </main>
  )
}

export type Call = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof callQuery>['queryFn']>>>>

function Door({ call, onOpen }: { call: Call; onOpen: () => void }) {
  if (call.status === 'canceled' || call.is_ended) return <EndScreen call={call} reason={call.status === 'canceled' ? 'canceled' : 'over'} />
  if (nowMs() < Date.parse(call.opens_at)) return <EarlyScreen call={call} onOpen={onOpen} />
  if (nowMs() >= Date.parse(call.closes_at)) return <EndScreen call={call} reason="over" />
  return <Attempt call={call} />
}

/** One attempt; "come back" and "continue here" begin another. */
function Attempt({ call }: { call: Call }) {
  const [attempt, setAttempt] = useState(0)
  return <InCall key={attempt} call={call} onAgain={() => { setAttempt((n) => n + 1) }} />
}

function InCall({ call, onAgain }: { call: Call; onAgain: () => void }) {
  const model = useCallModel(call)
  const snapshot = useSnapshot(model)
  const navigate = useNavigate()
  const person = usePerson()
  usePresence(call.appointment_id, snapshot)
  // A reload, a crash of the tab or a dead battery leads back into the call, not to its door.
  useEffect(() => {
    const before = stay.read(call.appointment_id)
    if (before) void model.join(before)
    else model.startCheck()
  }, [model, call.appointment_id])
  const leaveTo = audienceOf(person) === 'specialist' ? '/work/day' : '/sessions'
  switch (snapshot.phase.name) {
    case 'idle':
      return <TextSkeleton lines={3} />
    case 'checking':
      return <Lobby call={call} model={model} snapshot={snapshot} />
    case 'ended':
      return <EndScreen call={call} reason={snapshot.phase.reason} refusal={snapshot.refusal} onAgain={onAgain} />
    default:
      return <Room call={call} model={model} snapshot={snapshot} onGo={() => { void navigate({ to: leaveTo }) }} />
  }
}
