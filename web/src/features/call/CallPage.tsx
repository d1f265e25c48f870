// The consultation itself: before the door opens, device check, waiting, talking, end. One screen without the ordinary frame.
import { useQuery } from '@tanstack/react-query'
import { redirect, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { audienceOf, isPast, usePerson, useLive, type Loader } from '~/api'
import { useT } from '~/i18n'
import { hush, Loaded, TextSkeleton, useTitle } from '~/ui'
import { EarlyScreen } from './EarlyScreen'
import { EndScreen } from './EndScreen'
import { meansOf } from './format'
import { Lobby } from './Lobby'
import { stay, type Stay } from './presence'
import { callQuery } from './queries'
import { useCallModel, usePresence, useSnapshot } from './useCall'
import styles from './call.module.css'

/** The room is fetched while one stands at its door: on a slow network the door must not wait for it. */
const loadRoom = () => import('./Room')
const Room = lazy(async () => ({ default: (await loadRoom()).Room }))

/** A time that is only held has no room yet: its own page says how it is booked. */
export const loader: Loader = async ({ queryClient, params }) => {
  const call = await queryClient.query(callQuery(params['id'] ?? ''))
  if (call.status === 'held') throw redirect({ to: '/sessions/$id', params: { id: call.appointment_id }, replace: true })
}

export default function CallPage() {
  const t = useT()
  const { id } = useParams({ from: '/call/call/$id' })
  const query = useQuery(callQuery(id))
  const { refetch } = query
  useTitle(t('call.title'))
  useEffect(hush, [])
  const look = useCallback(() => { void refetch() }, [refetch])
  const again = ({ payload }: { payload: unknown }) => {
    if ((payload as { appointment_id?: string } | undefined)?.appointment_id === id) look()
  }
  useLive('call.extended', again)
  useLive('call.presence', again)
  return (
    <main id="main" className={styles.page} tabIndex={-1}>
      <Loaded query={query} skeleton={<TextSkeleton lines={3} />}>
        {(call) => <Door call={call} onOpen={look} />}
      </Loaded>
    </main>
  )
}

export type Call = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof callQuery>['queryFn']>>>>

/** By the server's clock; a wrong one on the device does not matter. A consultation that was called off or moved shows out whoever is inside. */
function Door({ call, onOpen }: { call: Call; onOpen: () => void }) {
  if (call.status === 'canceled') return <EndScreen call={call} reason="canceled" />
  if (!isPast(call.opens_at)) return <EarlyScreen call={call} onOpen={onOpen} />
  return <Attempt call={call} onClosed={onOpen} />
}

/** Ended by the specialist, or by the server once its time was over. */
const hasClosed = (call: Call) => call.is_ended || call.status === 'completed'
const isShut = (call: Call) => hasClosed(call) || isPast(call.closes_at)

/** One attempt; "come back" and "continue here" begin another. Who is inside when it ends learns how it ended, not that it is over. */
function Attempt({ call, onClosed }: { call: Call; onClosed: () => void }) {
  const [attempt, setAttempt] = useState<{ number: number; before: Stay | null }>({ number: 0, before: null })
  const [wasOver] = useState(() => isShut(call))
  if (wasOver) return <EndScreen call={call} reason="over" />
  return (
    <InCall
      key={attempt.number} call={call} before={attempt.before} onClosed={onClosed}
      onAgain={(before) => { setAttempt(({ number }) => ({ number: number + 1, before })) }}
    />
  )
}

interface InCallProps {
  call: Call
  /** With what one was in the room when another tab took it over: one goes straight on. */
  before: Stay | null
  onAgain: (before: Stay | null) => void
  onClosed: () => void
}

function InCall({ call, before, onAgain, onClosed }: InCallProps) {
  const model = useCallModel(call)
  const snapshot = useSnapshot(model)
  const navigate = useNavigate()
  const person = usePerson()
  const last = usePresence(call.appointment_id, snapshot, before)
  // A reload, a crash of the tab or a dead battery leads back into the call, not to its door.
  useEffect(() => {
    const stayed = before ?? stay.read(call.appointment_id)
    if (stayed) {
      if (stayed.audioOnly) void model.setAudioOnly(true)
      void model.join(stayed)
    } else model.startCheck(meansOf(call.format))
  }, [model, before, call.appointment_id, call.format])
  // Failing now is no harm: it is fetched again when it is drawn.
  useEffect(() => { loadRoom().catch(() => undefined) }, [])
  // In the room the engine itself watches the time; at its door nobody does.
  const hasEnded = snapshot.phase.name === 'checking' ? isShut(call) : hasClosed(call)
  useEffect(() => { if (hasEnded) model.endedByServer() }, [model, hasEnded])
  // A room is closed because the consultation was ended, too; which of the two is heard first is chance.
  const isClosed = snapshot.phase.name === 'ended' && snapshot.phase.reason === 'room_closed'
  useEffect(() => { if (isClosed) onClosed() }, [isClosed, onClosed])
  const leaveTo = audienceOf(person) === 'specialist' ? '/work/day' : '/sessions'
  switch (snapshot.phase.name) {
    case 'idle':
      return <TextSkeleton lines={3} />
    case 'checking':
      return <Lobby call={call} model={model} snapshot={snapshot} />
    case 'ended': {
      const { reason } = snapshot.phase
      return <EndScreen call={call} reason={isClosed && hasClosed(call) ? 'ended_by_server' : reason} refusal={snapshot.refusal} onAgain={() => { onAgain(reason === 'elsewhere' ? last.current : null) }} />
    }
    default:
      return (
        <Suspense fallback={<TextSkeleton lines={3} />}>
          <Room call={call} model={model} snapshot={snapshot} onGo={() => { void navigate({ to: leaveTo }) }} />
        </Suspense>
      )
  }
}
