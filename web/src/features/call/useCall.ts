// One attempt at a call, bound to the page: made when the page opens, disposed of when it goes.
import { useEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react'
import { useLive } from '~/api'
import { nowMs } from '~/i18n/clock'
import { fetchAccess } from './access'
import { browserPlatform, CallViewModel, type CallSnapshot } from './engine'
import { SEEN_MS, say, stay, type Stay } from './presence'
import { ServerChannel } from './signalChannel'

interface Subject {
  appointment_id: string
  party: string
}

/** The call's object: one for the life of the component, so a new attempt is a new key. */
export function useCallModel({ appointment_id: id, party }: Subject): CallViewModel {
  const [{ model, channel }] = useState(() => {
    const way = new ServerChannel(id)
    const made = new CallViewModel({
      platform: browserPlatform(),
      channel: way,
      side: party === 'employee' ? 'polite' : 'impolite',
      serverNow: nowMs(),
      fetchAccess: () => fetchAccess(id),
    })
    return { model: made, channel: way }
  })
  const farewell = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    clearTimeout(farewell.current)
    channel.open()
    return () => {
      // React's strict mode runs a clean-up in vain and the effect again at once; a real one is not followed by anything.
      farewell.current = setTimeout(() => {
        model.dispose()
        channel.close()
      })
    }
  }, [model, channel])
  useServerNews(id, model)
  return model
}

export const useSnapshot = (call: CallViewModel): CallSnapshot => useSyncExternalStore(call.subscribe, call.getSnapshot)

/** What the server tells besides signals. */
function useServerNews(id: string, call: CallViewModel): void {
  const isMine = (payload: unknown): payload is { appointment_id: string; ends_at?: string } =>
    (payload as { appointment_id?: string } | undefined)?.appointment_id === id
  useLive('call.extended', ({ payload }) => {
    const { time } = call.getSnapshot()
    if (!time || !isMine(payload) || payload.ends_at === undefined) return
    const endsAt = Date.parse(payload.ends_at)
    call.setTimes({ startsAt: time.startsAt, endsAt, closesAt: time.closesAt + (endsAt - time.endsAt) })
  })
  useLive('call.ended', ({ payload }) => { if (isMine(payload)) call.endedByServer() })
}

/** While joined, the page says so; a reload comes back into the call. Gives with what one was there last, also when one is no more. */
export function usePresence(id: string, snapshot: CallSnapshot, before: Stay | null): RefObject<Stay | null> {
  const last = useRef(before)
  const { phase, local, audioOnly } = snapshot
  const isIn = phase.name === 'waiting' || phase.name === 'connecting' || phase.name === 'connected' || phase.name === 'reconnecting'
  const isConnected = phase.name === 'connected'
  useEffect(() => {
    if (!isIn) return
    say(id, 'joined')
    const timer = setInterval(() => { say(id, 'seen') }, SEEN_MS)
    const goes = () => { say(id, 'left') }
    addEventListener('pagehide', goes)
    return () => {
      clearInterval(timer)
      removeEventListener('pagehide', goes)
      say(id, 'left')
      // Whoever went to another page of the product comes back by the door; only a reload leads straight in.
      stay.write(id, null)
    }
  }, [id, isIn])
  useEffect(() => { if (isConnected) say(id, 'connected') }, [id, isConnected])
  const camera = local.camera === 'on' || local.camera === 'interrupted'
  const microphone = !local.muted
  const { microphoneId, cameraId, facing } = local
  useEffect(() => {
    // Under sound alone the camera rests: what counts is what it was before.
    if (!isIn) return
    const known = last.current ?? stay.read(id)
    last.current = { camera: audioOnly ? (known?.camera ?? false) : camera, microphone, audioOnly, microphoneId, cameraId: cameraId ?? known?.cameraId ?? null, facing }
    stay.write(id, last.current)
  }, [id, isIn, camera, microphone, audioOnly, microphoneId, cameraId, facing])
  return last
}
