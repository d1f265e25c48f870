// A form keeps what is typed (also over a reload), sends it once per intent, and puts the server's problems where they belong.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { asProblem, type ApiProblem } from '~/api'
import { Intent } from '~/api/command'
import { useT } from '~/i18n'
import { Banner } from './Banner'
import { Button } from './Button'
import { draftPlace, restore, sameValues, type DraftPlace } from './draft'
import { fieldStyles } from './Field'
import { errorOf, errorsOf, stillWrong, without, type FieldErrors } from './form-errors'
import { Icon } from './Icon'
import { useProblemText } from './problem-text'
import styles from './Form.module.css'

export interface FormOptions<T extends object, Output> {
  initial: T
  /** Name of the draft in this browser; absent: nothing is kept. `{ key, keep: 'device' }` outlives the tab. */
  draft?: string | { key: string; keep: 'session' | 'device' }
  /** Sealed content, of which no draft may stay in the browser: it asks before what was not sent is lost with the page. */
  isSealed?: boolean
  /** What can be told without the server; texts by field path. */
  check?: (values: T) => Readonly<Record<string, string | undefined>>
  /** Sends; `key` is the Idempotency-Key of this intent. */
  submit: (values: T, key: string) => Promise<Output>
  /** The form takes nothing more until this is done too. */
  onDone?: (output: Output, values: T) => void | Promise<void>
  /** For a form that stays on the screen: what it holds once it was sent, and what counts as unchanged from then on. */
  kept?: (output: Output) => T
}

/** Props of a field of the kit. */
export interface BoundField<V> {
  name: string
  value: V
  onChange: (value: V) => void
  error: string | undefined
}

export interface FormState<T extends object> {
  values: T
  set: <K extends keyof T & string>(name: K, value: T[K]) => void
  /** `<TextField label={t('…')} {...form.field('email')} />` */
  field: <K extends keyof T & string>(name: K) => BoundField<T[K]>
  /** For parts of a list: `form.errorAt('rules/0/start')`. */
  errorAt: (path: string) => string | undefined
  /** What was wrong there has been mended outside of the form's values (a file that was sent by itself). */
  forgive: (path: string) => void
  errors: FieldErrors
  /** The last refusal, when it is not (only) about fields. */
  problem: ApiProblem | null
  submit: () => void
  reset: () => void
  isPending: boolean
  /** Something differs from what the form began with. */
  isDirty: boolean
  isRestored: boolean
  attempts: number
}

const placeOf = (draft: FormOptions<object, unknown>['draft']): DraftPlace | undefined => {
  if (draft === undefined) return undefined
  const { key, keep } = typeof draft === 'string' ? { key: draft, keep: 'session' as const } : draft
  return draftPlace(key, () => (keep === 'device' ? localStorage : sessionStorage))
}

export function useForm<T extends object, Output = unknown>(options: FormOptions<T, Output>): FormState<T> {
  const { initial, check, submit, onDone, kept } = options
  const draftKey = JSON.stringify(options.draft)
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the draft's name, not the object's identity, makes another place
  const place = useMemo(() => placeOf(options.draft), [draftKey])
  const [start, setStart] = useState(initial)
  const [values, setValues] = useState<T>(() => restore(initial, place?.read()))
  const [isRestored, setRestored] = useState(() => !sameValues(values, start))
  const [errors, setErrors] = useState<FieldErrors>({})
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const [isPending, setPending] = useState(false)
  const [attempts, setAttempts] = useState(0)
  const intent = useRef<Intent>(null)
  /** What is on the screen now, for callbacks which stay the same. */
  const current = useRef(values)
  useEffect(() => { current.current = values }, [values])
  const isDirty = !sameValues(values, start)

  useEffect(() => {
    if (isDirty) place?.write({ from: start, values })
    else place?.clear()
  }, [values, isDirty, place, start])

  const isAtRisk = options.isSealed === true && isDirty
  useEffect(() => {
    if (!isAtRisk) return
    const warn = (event: BeforeUnloadEvent) => { event.preventDefault() }
    addEventListener('beforeunload', warn)
    return () => { removeEventListener('beforeunload', warn) }
  }, [isAtRisk])

  const set = useCallback<FormState<T>['set']>((name, value) => {
    setValues((before) => ({ ...before, [name]: value }))
    setErrors((before) => stillWrong(before, name, current.current[name], value))
  }, [])

  const forgive = useCallback((path: string) => { setErrors((before) => without(before, path)) }, [])

  /** What was sent is the new beginning; what has been typed meanwhile is kept. */
  const restart = (next: T) => {
    setStart(next)
    setValues((now) => (sameValues(now, values) ? next : now))
    setRestored(false)
  }

  const send = async () => {
    const found = Object.fromEntries(Object.entries(check?.(values) ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined))
    setErrors(found)
    setProblem(null)
    setAttempts((n) => n + 1)
    if (Object.keys(found).length > 0 || isPending) return
    const sending = (intent.current ??= new Intent())
    setPending(true)
    try {
      const output = await submit(values, sending.keyFor(values))
      sending.done()
      place?.clear()
      if (kept) restart(kept(output))
      await onDone?.(output, values)
    } catch (error) {
      const failure = asProblem(error)
      setErrors(errorsOf(failure))
      setProblem(failure)
      setAttempts((n) => n + 1)
    } finally {
      setPending(false)
    }
  }

  return {
    values,
    set,
    field: (name) => ({ name, value: values[name], onChange: (value) => { set(name, value) }, error: errorOf(errors, name) }),
    errorAt: (path) => errorOf(errors, path),
    forgive,
    errors,
    problem,
    submit: () => { void send() },
    reset: () => {
      setValues(start)
      setErrors({})
      setProblem(null)
      setRestored(false)
      place?.clear()
    },
    isPending,
    isDirty,
    isRestored,
    attempts,
  }
}

interface Props<T extends object> {
  form: FormState<T>
  children: ReactNode
  /** Text of the submit button; without it the caller places a `<Button type="submit">` itself. */
  submit?: string
  /** Beside the submit button. */
  actions?: ReactNode
  /** Begins anew with what another has saved meanwhile; offered when the server refuses to overwrite it. */
  onReload?: () => void
}

/** Error summary above, fields, buttons below. */
export function Form<T extends object>({ form, children, submit, actions, onReload }: Props<T>) {
  const t = useT()
  const ref = useRef<HTMLFormElement>(null)
  /** A number or a date tells its value only when it is left. Were its mistake told until then, the page would jump under a finger on its way to the button. */
  const mending = ({ target }: { target: EventTarget }) => {
    const path = target instanceof Element ? target.closest<HTMLElement>('[data-field]')?.dataset['field'] : undefined
    if (path !== undefined && path in form.errors) form.forgive(path)
  }
  return (
    <form ref={ref} className={styles.form} noValidate onInput={mending} onSubmit={(event) => { event.preventDefault(); event.stopPropagation(); form.submit() }}>
      <ErrorSummary form={form} within={ref} {...(onReload && { onReload })} />
      {form.isRestored && (
        <p className={styles.restored}>
          <Icon name="history" size={20} />
          {t('ui.draft.restored')}
          <button type="button" onClick={form.reset}>{t('ui.draft.discard')}</button>
        </p>
      )}
      {children}
      {(submit !== undefined || actions !== undefined) && (
        <div className={styles.actions}>
          {submit !== undefined && <Button type="submit" variant="primary" isPending={form.isPending}>{submit}</Button>}
          {actions}
        </div>
      )}
    </form>
  )
}

/** Fields which say what they are only together with `name`: the hours of a day, one of several leaves. Named so in the summary of mistakes. */
export const Within = ({ name, children }: { name: string; children: ReactNode }) => <div className={styles.within} data-within={name}>{children}</div>

/** The field at `path`, or the one around it. */
const holderOf = (form: HTMLElement | null, path: string): HTMLElement | undefined =>
  [path, path.split('/')[0] ?? path].map((name) => form?.querySelector<HTMLElement>(`[data-field="${CSS.escape(name)}"], [name="${CSS.escape(name)}"]`)).find((holder) => holder != null)

/** `from` alone says nothing where every day has one: what the field lies in is named too. */
function nameOf(field: Element | null | undefined): string | undefined {
  const label = field?.querySelector<HTMLElement>('[data-label]')?.dataset['label']
  const around = field?.closest<HTMLElement>('[data-within]')?.dataset['within']
  return label !== undefined && around !== undefined ? `${around}: ${label}` : label
}

/** What the fields with mistakes are called on the screen. */
function useLabels(errors: FieldErrors, within: React.RefObject<HTMLElement | null>): Readonly<Record<string, string | undefined>> {
  const [labels, setLabels] = useState<Record<string, string | undefined>>({})
  useLayoutEffect(() => {
    const field = (path: string) => holderOf(within.current, path)?.closest(`[data-field], .${fieldStyles.field ?? ''}`)
    // eslint-disable-next-line react-hooks/set-state-in-effect -- what a field is called stands in its label alone, and is read once that is drawn
    setLabels(Object.fromEntries(Object.keys(errors).map((path) => [path, nameOf(field(path))])))
  }, [errors, within])
  return labels
}

/** All that is wrong, in words; takes the focus after an attempt, and each line leads to its field. */
export function ErrorSummary<T extends object>({ form, within, onReload }: { form: Pick<FormState<T>, 'errors' | 'problem' | 'attempts'>; within: React.RefObject<HTMLElement | null>; onReload?: () => void }) {
  const t = useT()
  const text = useProblemText()
  const box = useRef<HTMLDivElement>(null)
  const fields = Object.entries(form.errors)
  const isShown = fields.length > 0 || form.problem !== null
  const names = useLabels(form.errors, within)
  useEffect(() => {
    if (isShown) box.current?.focus()
    // Only a new attempt moves the focus, not the correction of one field.
  }, [form.attempts, isShown])
  if (!isShown) return null
  const isStale = form.problem?.code === 'changed_meanwhile' && onReload !== undefined
  // That fields are wrong is said by their list.
  const isTold = form.problem !== null && !isStale && (fields.length === 0 || (form.problem.detail !== undefined && form.problem.code !== 'invalid_fields'))
  const goTo = (path: string) => {
    const holder = holderOf(within.current, path)
    const target = holder?.matches('input, textarea, button, select') ? holder : holder?.querySelector<HTMLElement>('input:not([type=hidden]):not([aria-hidden]), textarea, [role=spinbutton], button')
    target?.focus()
  }
  return (
    <div ref={box} tabIndex={-1} className={styles.summary}>
      <Banner tone="danger" announce title={fields.length > 0 ? t('ui.errors.title', { count: fields.length }) : undefined} actions={isStale && <Button icon="refresh" onPress={onReload}>{t('ui.stale.reload')}</Button>}>
        {isStale && <p>{t('ui.stale')}</p>}
        {isTold && form.problem && <p>{text(form.problem)}</p>}
        {form.problem?.status === 401 && <p><a href={`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`}>{t('ui.signInAgain')}</a></p>}
        {fields.length > 0 && (
          <ul className={styles.mistakes}>
            {fields.map(([path, mistake]) => <li key={path}><button type="button" onClick={() => { goTo(path) }}>{names[path] === undefined ? mistake : t('ui.errors.of', { field: names[path], mistake })}</button></li>)}
          </ul>
        )}
      </Banner>
    </div>
  )
}
