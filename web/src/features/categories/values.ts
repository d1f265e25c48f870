// What the form of a category holds, and what goes to the server.
import { ApiProblem, type components } from '~/api'
import { langNames, type Lang } from '~/i18n'
import { noTexts, type Texts } from '~/ui'
import type { Category, Consent } from './queries'

type Fields = components['schemas']['CategoryFields']
type WireQuestion = components['schemas']['CategoryQuestion']
export type Kind = components['schemas']['CategoryQuestionKind']

export interface Choice {
  id: string
  label: Texts
}

export interface Question {
  id: string
  kind: Kind
  label: Texts
  options: Choice[]
  optional: boolean
  min: number
  max: number
}

export interface Values {
  slug: string
  name: Texts
  summary: Texts
  icon: string
  /** Minutes; the first is the usual one. */
  session_lengths_min: number[]
  formats: Format[]
  interval_min: number
  alignment: Alignment
  buffer_policy: BufferPolicy
  cancel_free_hours: number
  consent_purposes: string[]
  notes_clinical: boolean
  questionnaire: Question[]
  position: number
}

export const formats = ['video', 'audio', 'chat'] as const
export const alignments = ['window_start', 'free_start', 'free_start_rounded'] as const
export const bufferPolicies = ['shared', 'sum'] as const
export const kinds = ['single', 'multi', 'scale', 'text'] as const
export type Format = (typeof formats)[number]
export type Alignment = (typeof alignments)[number]
export type BufferPolicy = (typeof bufferPolicies)[number]

/** The server's bounds (domain::catalogue). */
export const LENGTHS_MAX = 6
export const QUESTIONS_MAX = 20
export const OPTIONS_MAX = 12
export const TOPICS_MAX = 60

const among = <T extends string>(known: readonly T[], value: string): T => known.find((one) => one === value) ?? (known[0] as T)
const whole = (texts: Partial<Record<Lang, string>>): Texts => ({ ...noTexts, ...texts })

export const hasOptions = (kind: Kind): boolean => kind === 'single' || kind === 'multi'

/** Ids are keys of answers: short, and never used twice. */
const freshId = (): string => crypto.randomUUID().slice(0, 8)
export const newChoice = (): Choice => ({ id: `o-${freshId()}`, label: noTexts })
export const newQuestion = (): Question => ({ id: `q-${freshId()}`, kind: 'single', label: noTexts, options: [newChoice(), newChoice()], optional: true, min: 0, max: 10 })

/** A new category begins as most are; it asks for the consents that the region has. */
export const emptyValues = (consents: readonly Consent[], position: number): Values => ({
  slug: '', name: noTexts, summary: noTexts, icon: 'other', session_lengths_min: [50], formats: ['video', 'audio'], interval_min: 30, alignment: 'window_start',
  buffer_policy: 'shared', cancel_free_hours: 24, consent_purposes: consents.map((consent) => consent.purpose), notes_clinical: false, questionnaire: [], position,
})

export const valuesOf = (category: Category): Values => ({
  slug: category.slug,
  name: whole(category.name),
  summary: whole(category.summary),
  icon: category.icon,
  session_lengths_min: category.session_lengths_min,
  formats: formats.filter((format) => category.formats.includes(format)),
  interval_min: category.interval_min,
  alignment: among(alignments, category.alignment),
  buffer_policy: among(bufferPolicies, category.buffer_policy),
  cancel_free_hours: category.cancel_free_hours,
  consent_purposes: category.consent_purposes,
  notes_clinical: category.notes_clinical,
  questionnaire: category.questionnaire.map((question) => ({
    id: question.id,
    kind: question.kind,
    label: whole(question.label),
    options: (question.options ?? []).map((option) => ({ id: option.id, label: whole(option.label) })),
    optional: question.optional ?? false,
    min: question.min ?? 0,
    max: question.max ?? 10,
  })),
  position: category.position,
})

/** Only what the kind of question has: options typed before the kind was changed stay in the form, and stay behind. */
const wireOf = ({ id, kind, label, options, optional, min, max }: Question): WireQuestion => ({
  id, kind, label, optional,
  options: hasOptions(kind) ? options : [],
  ...(kind === 'scale' && { min, max }),
})

export const fieldsOf = ({ slug: _, ...values }: Values): Fields => ({ ...values, questionnaire: values.questionnaire.map(wireOf) })

/** The server points below `/category`; the form's fields have no such level. */
export function unwrapped(problem: unknown): unknown {
  if (!(problem instanceof ApiProblem)) return problem
  const errors = problem.errors.map((error) => ({ ...error, pointer: error.pointer.replace(/^\/category(?=\/)/, '') }))
  return new ApiProblem(problem.status, problem.code, problem.detail, errors, problem.body)
}

/** Languages in which a text is wanting. */
export const missingIn = (texts: Texts): Lang[] => (Object.keys(langNames) as Lang[]).filter((lang) => texts[lang].trim() === '')

/** The name in addresses, made of the English one: what is typed most often. */
export const slugOf = (name: string): string =>
  name.normalize('NFD').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 40).replaceAll(/^-+|-+$/g, '')
