// A browser is signed in as one person: whoever signs in by one tab is who the others are of from then on.
const channel = 'ponimau:person'

/** Tells the other tabs who has signed in. */
export function tellArrived(person: string): void {
  const told = new BroadcastChannel(channel)
  told.postMessage(person)
  told.close()
}

/** Calls `onArrived` when somebody has signed in by another tab. Gives what ends the listening. */
export function whenArrived(onArrived: (person: string) => void): () => void {
  const heard = new BroadcastChannel(channel)
  heard.onmessage = ({ data }: MessageEvent<string>) => { onArrived(data) }
  return () => { heard.close() }
}
