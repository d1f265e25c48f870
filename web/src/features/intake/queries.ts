import type { components } from '~/api'

type Schemas = components['schemas']
export type Category = Schemas['CategoryView']
export type Question = Schemas['CategoryQuestion']
export type Intake = Schemas['Intake']
export type Answer = string | number | string[]
