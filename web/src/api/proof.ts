// Some commands are taken only from somebody who has lately shown that it is really they. The server then answers `recent_proof_required`:
// the person is asked once, whatever the screen, and the same command goes again under the same Idempotency-Key (./client).
import { useSyncExternalStore } from 'react'

/** What the server's refusal is called. */
export const PROOF_NEEDED = 'recent_proof_required'

let asked: Promise<boolean> | undefined
let answer: ((isShown: boolean) => void) | undefined
const listeners = new Set<() => void>()

const tell = () => { listeners.forEach((listener) => { listener() }) }

/** Asks the person for proof; true once it was shown, false if they would rather not. Commands that wait at the same time share one question. */
export function askForProof(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => { answer = resolve })
  tell()
  return asked
}

/** The person has shown proof, or has closed the question. */
export function settleProof(isShown: boolean): void {
  const settle = answer
  asked = undefined
  answer = undefined
  tell()
  settle?.(isShown)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether a command waits for proof. */
export const useIsProofAsked = (): boolean => useSyncExternalStore(subscribe, () => asked !== undefined, () => false)
