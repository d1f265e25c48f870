// Chromium ships no Kazakh dates: `new Intl.DateTimeFormat('kk')` answers "1970 M01 1, Thu" while claiming support. Here Kazakh names and
// patterns (CLDR 46, kk) are laid over Intl where the engine lacks them, so that our own formats and React Aria's calendars are Kazakh.
// Numbers follow the same rules as Russian ones (space between thousands, decimal comma).

const MONTHS = ['қаңтар', 'ақпан', 'наурыз', 'сәуір', 'мамыр', 'маусым', 'шілде', 'тамыз', 'қыркүйек', 'қазан', 'қараша', 'желтоқсан']
const MONTHS_SHORT = ['қаң.', 'ақп.', 'нау.', 'сәу.', 'мам.', 'мау.', 'шіл.', 'там.', 'қыр.', 'қаз.', 'қар.', 'жел.']
/** Sunday first, as `getUTCDay` counts. */
const DAYS = ['жексенбі', 'дүйсенбі', 'сейсенбі', 'сәрсенбі', 'бейсенбі', 'жұма', 'сенбі']
const DAYS_SHORT = ['жс', 'дс', 'сс', 'ср', 'бс', 'жм', 'сб']
const DAYS_NARROW = ['Ж', 'Д', 'С', 'С', 'Б', 'Ж', 'С']

const isKazakh = (locales: Intl.LocalesArgument): boolean => {
  const first: unknown = Array.isArray(locales) ? locales[0] : locales
  const tag = first instanceof Intl.Locale ? first.baseName : first
  return typeof tag === 'string' && /^kk\b/i.test(tag)
}

type Parts = Intl.DateTimeFormatPart[]
const literal = (value: string): Intl.DateTimeFormatPart => ({ type: 'literal', value })

/** Rearranges English-in-24-hours parts into the Kazakh pattern of the fields that are there. */
function kazakhParts(fields: Map<string, string>, options: Intl.ResolvedDateTimeFormatOptions, monthIndex: number, dayIndex: number): Parts {
  const width = (name: 'month' | 'weekday') => options[name]
  const month = (): string => {
    if (width('month') === 'long') {
      const name = MONTHS[monthIndex] ?? ''
      // A month that stands alone is a heading, and begins with a capital letter.
      return fields.size === 1 ? name.charAt(0).toLocaleUpperCase('kk') + name.slice(1) : name
    }
    if (width('month') === 'short') return MONTHS_SHORT[monthIndex] ?? ''
    if (width('month') === 'narrow') return (MONTHS[monthIndex] ?? '').slice(0, 1).toUpperCase()
    return fields.get('month') ?? ''
  }
  const weekday = (): string => {
    if (width('weekday') === 'long') return DAYS[dayIndex] ?? ''
    return (width('weekday') === 'narrow' ? DAYS_NARROW : DAYS_SHORT)[dayIndex] ?? ''
  }
  const numeric = fields.has('month') && /^\d/.test(month())
  const out: Parts = []
  const add = (type: Intl.DateTimeFormatPartTypes, value: string, before: string) => {
    if (out.length > 0) out.push(literal(before))
    out.push({ type, value })
  }
  if (numeric) {
    if (fields.has('day')) add('day', fields.get('day') ?? '', '.')
    add('month', month(), '.')
    if (fields.has('year')) add('year', fields.get('year') ?? '', '.')
  } else {
    if (fields.has('era')) add('era', 'б.з.', ' ')
    if (fields.has('year')) {
      add('year', fields.get('year') ?? '', ' ')
      if (fields.has('month') || fields.has('era')) out.push(literal(' ж.'))
    }
    if (fields.has('day')) add('day', fields.get('day') ?? '', ' ')
    if (fields.has('month')) add('month', month(), ' ')
  }
  if (fields.has('weekday')) add('weekday', weekday(), ', ')
  if (fields.has('hour') || fields.has('minute') || fields.has('second')) {
    let first = true
    for (const name of ['hour', 'minute', 'second'] as const) {
      const value = fields.get(name)
      if (value === undefined) continue
      add(name, value, first ? ', ' : ':')
      first = false
    }
  }
  const half = fields.get('dayPeriod')
  if (half !== undefined) add('dayPeriod', half, ' ')
  const zone = fields.get('timeZoneName')
  if (zone !== undefined) add('timeZoneName', zone, ' ')
  return out
}

/** Gregorian dates in Kazakh over the engine's Russian ones, whose fields and widths are the same. */
export function kazakhDateTimeFormat(Native: typeof Intl.DateTimeFormat) {
  return class KazakhDateTimeFormat extends Native {
    readonly #base: Intl.DateTimeFormat
    readonly #index: Intl.DateTimeFormat

    constructor(options?: Intl.DateTimeFormatOptions) {
      super('ru', options)
      this.#base = new Native('ru', options)
      const resolved = this.#base.resolvedOptions()
      this.#index = new Native('en-CA-u-ca-gregory', { timeZone: resolved.timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
      // `format` is an accessor on the prototype of the native class; it must speak Kazakh too.
      Object.defineProperty(this, 'format', { value: (date?: Date | number) => this.formatToParts(date).map((p) => p.value).join('') })
    }

    override formatToParts(date?: Date | number): Parts {
      const parts = this.#base.formatToParts(date)
      const [year = 1970, month = 1, day = 1] = this.#index.format(date).split('-').map(Number)
      const fields = new Map<string, string>()
      for (const part of parts) if (part.type !== 'literal') fields.set(part.type, part.value)
      return kazakhParts(fields, this.widths(), month - 1, new Date(Date.UTC(year, month - 1, day)).getUTCDay())
    }

    override formatRange(start: Date | number, end: Date | number): string {
      const [from, to] = [this.format(start), this.format(end)]
      return from === to ? from : `${from} – ${to}`
    }

    override formatRangeToParts(start: Date | number, end: Date | number): Intl.DateTimeRangeFormatPart[] {
      const mark = (parts: Parts, source: 'startRange' | 'endRange') => parts.map((p) => ({ ...p, source }))
      return [...mark(this.formatToParts(start), 'startRange'), { type: 'literal', value: ' – ', source: 'shared' }, ...mark(this.formatToParts(end), 'endRange')]
    }

    override resolvedOptions(): Intl.ResolvedDateTimeFormatOptions {
      return { ...this.#base.resolvedOptions(), locale: 'kk' }
    }

    /** dateStyle/timeStyle resolve to no widths; CLDR says which they mean. */
    private widths(): Intl.ResolvedDateTimeFormatOptions {
      const resolved = this.#base.resolvedOptions()
      const style = resolved.dateStyle
      if (style === 'full' || style === 'long') return { ...resolved, month: 'long', weekday: 'long' }
      if (style === 'medium') return { ...resolved, month: 'short' }
      return resolved
    }
  }
}

const UNITS: Record<string, string> = { second: 'секунд', minute: 'минут', hour: 'сағат', day: 'күн', week: 'апта', month: 'ай', quarter: 'тоқсан', year: 'жыл' }
const PAST: Record<string, string> = { second: 'бұрын', minute: 'бұрын', hour: 'бұрын', day: 'бұрын', week: 'бұрын', month: 'бұрын', quarter: 'бұрын', year: 'бұрын' }
const NEAR: Record<string, string> = {
  'day:0': 'бүгін', 'day:1': 'ертең', 'day:-1': 'кеше', 'day:2': 'бүрсігүні', 'day:-2': 'алдыңғы күні',
  'week:0': 'осы апта', 'week:1': 'келесі апта', 'week:-1': 'өткен апта', 'month:0': 'осы ай', 'month:1': 'келесі ай', 'month:-1': 'өткен ай',
  'year:0': 'биылғы жыл', 'year:1': 'келесі жыл', 'year:-1': 'былтырғы жыл', 'hour:0': 'осы сағат', 'minute:0': 'осы минут', 'second:0': 'қазір',
}
/** «2 күннен кейін»: the ablative of each unit. */
const LATER: Record<string, string> = { second: 'секундтан', minute: 'минуттан', hour: 'сағаттан', day: 'күннен', week: 'аптадан', month: 'айдан', quarter: 'тоқсаннан', year: 'жылдан' }

function kazakhRelative(Native: typeof Intl.RelativeTimeFormat) {
  return class extends Native {
    readonly #auto: boolean
    constructor(options?: Intl.RelativeTimeFormatOptions) {
      super('ru', options)
      this.#auto = options?.numeric === 'auto'
    }
    override format(value: number, unit: Intl.RelativeTimeFormatUnit): string {
      const name = unit.replace(/s$/, '')
      const near = this.#auto ? NEAR[`${name}:${value}`] : undefined
      if (near !== undefined) return near
      const amount = new Intl.NumberFormat('ru').format(Math.abs(value))
      return value < 0 || Object.is(value, -0) ? `${amount} ${UNITS[name] ?? name} ${PAST[name] ?? ''}` : `${amount} ${LATER[name] ?? name} кейін`
    }
  }
}

const FIELDS: Record<string, string> = {
  era: 'дәуір', year: 'жыл', quarter: 'тоқсан', month: 'ай', weekOfYear: 'апта', weekday: 'апта күні', day: 'күн', dayPeriod: 'тәулік бөлігі',
  hour: 'сағат', minute: 'минут', second: 'секунд', timeZoneName: 'уақыт белдеуі',
}

let filled = false
/** Lays Kazakh over Intl, once. For engines that lack it (`knowsKazakh`). */
export function fillKazakhIntl(): void {
  if (filled) return
  filled = true
  const native = { dates: Intl.DateTimeFormat, numbers: Intl.NumberFormat, relative: Intl.RelativeTimeFormat, names: Intl.DisplayNames }
  const Dates = kazakhDateTimeFormat(native.dates)
  const Relative = kazakhRelative(native.relative)
  const over = <T extends (abstract new (...args: never[]) => unknown)>(ctor: T, make: (locales: Intl.LocalesArgument, options: unknown) => object): T =>
    new Proxy(ctor, {
      construct: (_t, [locales, options]: [Intl.LocalesArgument, unknown]) => make(locales, options),
      apply: (_t, _this, [locales, options]: [Intl.LocalesArgument, unknown]) => make(locales, options),
    })
  const target = Intl as { -readonly [K in keyof typeof Intl]: (typeof Intl)[K] }
  target.DateTimeFormat = over(native.dates, (l, o) => (isKazakh(l) ? new Dates(o as Intl.DateTimeFormatOptions) : new native.dates(l, o as Intl.DateTimeFormatOptions)))
  target.NumberFormat = over(native.numbers, (l, o) => new native.numbers(isKazakh(l) ? 'ru' : l, o as Intl.NumberFormatOptions))
  target.RelativeTimeFormat = over(native.relative, (l, o) => (isKazakh(l) ? new Relative(o as Intl.RelativeTimeFormatOptions) : new native.relative(l, o as Intl.RelativeTimeFormatOptions)))
  target.DisplayNames = over(native.names, (l, o) => {
    const names = new native.names(l, o as Intl.DisplayNamesOptions)
    if (isKazakh(l) && (o as Intl.DisplayNamesOptions).type === 'dateTimeField') Object.defineProperty(names, 'of', { value: (field: string) => FIELDS[field] })
    return names
  })
}
