import type { ChipTone } from '~/ui'
import type { Contract } from './queries'

const states = ['future', 'in_force', 'over', 'ended'] as const
export type ContractState = (typeof states)[number]

export const contractStateOf = (contract: Pick<Contract, 'state'>): ContractState => states.find((state) => state === contract.state) ?? 'over'
export const contractTones: Record<ContractState, ChipTone> = { future: 'accent', in_force: 'positive', over: 'neutral', ended: 'neutral' }
