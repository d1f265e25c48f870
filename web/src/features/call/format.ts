import type { IconName } from '~/ui'

/** What a consultation of a format is held with. Whoever chose to write is neither seen nor heard, whoever chose the voice is not seen. */
export const devicesOf = (format: string) => ({ microphone: format !== 'chat', camera: format === 'video' })

export const iconOf = (format: string): IconName => (format === 'chat' || format === 'audio' ? format : 'video')
