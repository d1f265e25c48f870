// A command is sent once per intent: the key stays the same while the person retries the same thing, and a new one is made after
// success or when the input changes. The server answers a repeat with the first answer.
import { useMutation, type UseMutationOptions, type UseMutationResult } from '@tanstack/react-query'
import { useRef } from 'react'
import { asProblem, type ApiProblem } from './problem'

/** Remembers the key of the intent in progress. */
export class Intent {
  #key: string | undefined
  #input = ''

  constructor(private readonly fresh: () => string = () => crypto.randomUUID()) {}

  /** The key for this input: the former one if the same input was not yet done. */
  keyFor(input: unknown): string {
    const text = JSON.stringify([input])
    if (this.#key === undefined || text !== this.#input) {
      this.#key = this.fresh()
      this.#input = text
    }
    return this.#key
  }

  done(): void {
    this.#key = undefined
  }
}

/** Pass as `headers` of an openapi-fetch call. */
export const idempotent = (key: string) => ({ 'Idempotency-Key': key })

/**
 * `const book = useCommand((input: Input, key) => data(api.POST('/api/bookings', { body: input, headers: idempotent(key) })))`;
 * then `book.mutate(input)`, as any mutation. Fails with ApiProblem.
 */
export function useCommand<Input, Output>(
  send: (input: Input, key: string) => Promise<Output>,
  options: Omit<UseMutationOptions<Output, ApiProblem, Input>, 'mutationFn'> = {},
): UseMutationResult<Output, ApiProblem, Input> {
  const intent = useRef<Intent>(null)
  intent.current ??= new Intent()
  return useMutation<Output, ApiProblem, Input>({
    ...options,
    mutationFn: async (input) => {
      const current = (intent.current ??= new Intent())
      // A request that got no answer fails with a TypeError; the screens know problems only.
      const output = await send(input, current.keyFor(input)).catch((error: unknown) => { throw asProblem(error) })
      current.done()
      return output
    },
  })
}
