import { useT } from '~/i18n'
import { Chip, type ChipTone } from '~/ui'
import type { State } from './search'

const tones: Record<State, ChipTone> = { submitted: 'accent', draft: 'neutral', published: 'positive', paused: 'notice' }

export function StateChip({ state }: { state: State }) {
  const t = useT()
  return <Chip tone={tones[state]} {...(state === 'published' && { icon: 'check' as const })}>{t(`specialists.state.${state}`)}</Chip>
}
