import { useCommand } from '~/api'
import { useTakeCard, type Card } from './queries'

/** Another file is another intent, and a file says nothing of itself in JSON. */
interface Chosen {
  file: File
  mark: string
}

/** Sends a file as soon as it is chosen; the card that comes back has it. */
export function useUpload(send: (file: File, key: string) => Promise<Card>, onDone?: () => void) {
  const takeCard = useTakeCard()
  const upload = useCommand(({ file }: Chosen, key) => send(file, key), {
    onSuccess: (card) => {
      takeCard(card)
      onDone?.()
    },
  })
  return {
    error: upload.error,
    isPending: upload.isPending,
    /** Null forgets what was wrong with the former one. */
    choose: (file: File | null) => {
      if (file) upload.mutate({ file, mark: `${file.name} ${String(file.size)} ${String(file.lastModified)}` })
      else upload.reset()
    },
  }
}
