/** How much is sent: everything; video small and slow (360p, 15 frames a second); sound alone. */
export type Stage = 'full' | 'reduced' | 'audio_only'

const ORDER: readonly Stage[] = ['full', 'reduced', 'audio_only']

/** The more careful of several stages. */
export function lowestStage(...stages: readonly Stage[]): Stage {
  return ORDER[Math.max(0, ...stages.map((stage) => ORDER.indexOf(stage)))] ?? 'full'
}
