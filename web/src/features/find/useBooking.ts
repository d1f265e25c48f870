// A touch on a time holds it; then it is confirmed, or given back.
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { api, data, idempotent, useCommand, type ApiProblem } from '~/api'
import { useT } from '~/i18n'
import { toast } from '~/ui'
import type { Alternative, Held, Wish } from './queries'

export interface Booking {
  /** What is wanted; nothing while the sheet is closed. */
  wanted: { wish: Wish; formats: readonly string[] } | undefined
  held: Held | undefined
  isHolding: boolean
  /** The sheet is open, or its time is being given back. Lists keep still until then: the time that was touched takes the focus back. */
  isBusy: boolean
  isConfirming: boolean
  problem: ApiProblem | undefined
  /** Other times, when the wanted one cannot be had. */
  alternatives: readonly Alternative[]
  start: (wish: Wish, formats: readonly string[]) => void
  confirm: () => void
  /** Closes the sheet and gives the time back. */
  close: () => void
  /** Closes the sheet, the time stays held: the person gives a consent and returns. */
  leave: () => void
}

export function useBooking(): Booking {
  const t = useT()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [wanted, setWanted] = useState<Booking['wanted']>()
  const [held, setHeld] = useState<Held>()
  /** The wish on the screen: an answer to an older one is given back. */
  const current = useRef<Wish>(undefined)
  const hold = useCommand((wish: Wish, key) => data(api.POST('/api/holds', { body: wish, headers: idempotent(key) })))
  const release = useCommand((id: string, key) => data(api.DELETE('/api/holds/{id}', { params: { path: { id } }, headers: idempotent(key) })))
  const book = useCommand((id: string, key) => data(api.POST('/api/appointments/{id}/confirm', { params: { path: { id } }, headers: idempotent(key) })))
  const refresh = () => { void queryClient.invalidateQueries({ queryKey: ['booking'] }) }

  const start = (wish: Wish, formats: readonly string[]) => {
    current.current = wish
    book.reset()
    setWanted({ wish, formats })
    hold.mutateAsync(wish).then(
      // A newer hold has ended this one by itself; only a closed sheet leaves one to give back.
      (view) => { if (current.current === wish) setHeld(view); else if (current.current === undefined) release.mutate(view.id, { onSettled: refresh }) },
      () => { if (current.current === wish) setHeld(undefined); refresh() },
    )
  }
  const leave = () => {
    current.current = undefined
    setWanted(undefined)
    setHeld(undefined)
    hold.reset()
    book.reset()
  }
  const close = () => {
    if (held && !hold.isPending) release.mutate(held.id, { onSettled: refresh })
    leave()
  }
  const confirm = () => {
    if (!held) return
    book.mutate(held.id, {
      onSuccess: (booked) => {
        leave()
        refresh()
        toast(t(booked.ends_waiting ? 'find.booked.noWait' : 'find.booked'))
        void navigate({ to: '/sessions/$id', params: { id: booked.id } })
      },
    })
  }
  const problem = hold.error ?? book.error ?? undefined
  return {
    wanted, held, isBusy: wanted !== undefined || release.isPending, isHolding: hold.isPending, isConfirming: book.isPending, problem,
    alternatives: (problem?.body['alternatives'] as readonly Alternative[] | undefined) ?? [],
    start, confirm, close, leave,
  }
}
