import type { IconName } from '~/ui'

/** What a consultation of a format is held with. Whoever chose to write is neither seen nor heard, whoever chose the voice is not seen. */
export interface Means {
  microphone: boolean
  camera: boolean
}

export const meansOf = (format: string): Means => ({ microphone: format !== 'chat', camera: format === 'video' })

export const iconOf = (format: string): IconName => (format === 'chat' || format === 'audio' ? format : 'video')
