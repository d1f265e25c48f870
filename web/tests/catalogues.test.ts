// Every text exists in three languages with the same arguments, and is used; every key used exists (types see to that).
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { argsOf, compile, LANGS, localesDir, readCatalogue, slices } from '../build/messages.mjs'

const src = path.resolve(import.meta.dirname, '../src')

function* sources(dir: string): Generator<[file: string, text: string]> {
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    const full = path.join(dir, entry.name)
    if (entry.isDirectory()) yield* sources(full)
    else if (/\.tsx?$/.test(entry.name) && !/\.(test|gen)\.tsx?$/.test(entry.name)) yield [path.relative(src, full), fs.readFileSync(full, 'utf8')]
  }
}

const all = [...sources(src)]

/** Keys in quotes, and templates as patterns: `booking.state.${state}` uses every `booking.state.*`. */
function usedIn(text: string): { keys: Set<string>; patterns: RegExp[] } {
  const keys = new Set([...text.matchAll(/['"]([a-z][A-Za-z]*(?:\.[A-Za-z0-9_]+)+)['"]/g)].map((m) => m[1] ?? ''))
  const patterns = [...text.matchAll(/`([a-z][A-Za-z]*\.[^`\s]*\$\{[^`]*)`/g)].map((m) => {
    const parts = (m[1] ?? '').split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'))
    return new RegExp(`^${parts.join('[A-Za-z0-9_.]+')}$`)
  })
  return { keys, patterns }
}

const slicesOf = (lang: string) => fs.readdirSync(path.join(localesDir, lang)).map((f) => f.replace(/\.json$/, '')).sort()

describe.each(LANGS)('%s', (lang) => {
  test('has the same slices as Russian', () => {
    expect(slicesOf(lang)).toEqual(slices())
  })

  test.each(slices())('%s: the same keys, the same arguments, nothing empty', (slice) => {
    const [reference, own] = [readCatalogue('ru', slice), readCatalogue(lang, slice)]
    expect(Object.keys(own).sort()).toEqual(Object.keys(reference).sort())
    for (const [key, message] of Object.entries(own)) {
      expect(key.startsWith(`${slice}.`), `${key} stands in ${slice}.json`).toBe(true)
      expect(message.trim(), key).not.toBe('')
      const names = (of: string) => [...argsOf(compile(key, of)).keys()].sort()
      expect(names(message), key).toEqual(names(reference[key] ?? ''))
    }
  })

  test('plurals name every form of the language', () => {
    // After a numeral Kazakh nouns stay in the singular: one form is whole.
    const forms = lang === 'kk' ? ['other'] : new Intl.PluralRules(lang).resolvedOptions().pluralCategories
    for (const slice of slices()) {
      for (const [key, message] of Object.entries(readCatalogue(lang, slice))) {
        for (const [, body] of message.matchAll(/,\s*plural\s*,((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)/g)) {
          const missing = forms.filter((form) => !new RegExp(`(^|\\s)${form}\\s*\\{`).test(body ?? ''))
          expect(missing, `${lang} ${key}`).toEqual([])
        }
      }
    }
  })
})

test('every message is used', () => {
  const used = all.map(([, text]) => usedIn(text))
  const isUsed = (key: string) => used.some(({ keys, patterns }) => keys.has(key) || patterns.some((p) => p.test(key)))
  const unused = slices().filter((s) => s !== 'aria').flatMap((slice) => Object.keys(readCatalogue('ru', slice))).filter((key) => !isUsed(key))
  expect(unused).toEqual([])
})

test('a feature speaks with its own slice, common and ui only', () => {
  const known = new Set(slices())
  const messages = new Set(slices().flatMap((slice) => Object.keys(readCatalogue('ru', slice))))
  const strangers = all.flatMap(([file, text]) => {
    const feature = /^features\/([^/]+)\//.exec(file)?.[1]
    if (feature === undefined) return []
    const { keys, patterns } = usedIn(text)
    const spoken = [...[...keys].filter((k) => messages.has(k)).map((k) => k.split('.')[0] ?? ''), ...patterns.map((p) => p.source.slice(1).split('\\.')[0] ?? '')]
    return spoken.filter((slice) => known.has(slice) && ![feature, 'common', 'ui'].includes(slice)).map((slice) => `${file}: ${slice}`)
  })
  expect(strangers).toEqual([])
})

test('forbidden words of diagnosis and cheer do not appear', () => {
  const bad = LANGS.flatMap((lang) => slices().flatMap((slice) => Object.entries(readCatalogue(lang, slice))
    .filter(([, text]) => /терапи|лечени|пациент|диагноз|диагностик|!/i.test(text) || /\b(therapy|treatment|patient|diagnos)/i.test(text) || /емдеу|диагноз|пациент/i.test(text))
    .map(([key]) => `${lang} ${key}`)))
  expect(bad).toEqual([])
})

test('no Kazakh suffix hangs on a number or a time: it would follow the last word that is spoken, which a text does not know', () => {
  const governed = /\}[\s-]*(ға|ге|қа|ке|да|де|та|те|дан|ден|тан|тен|нан|нен|ды|ді|ты|ті|ны|ні|дың|дің|тың|тің|ның|нің|мен|бен|пен|дейін|шейін|кейін|бастап|бұрын)(?![а-яәіңғүұқөһ])/
  const server = path.resolve(localesDir, '../../crates/app/locales/kk')
  const texts = [
    ...slices().flatMap((slice) => Object.entries(readCatalogue('kk', slice))),
    ...fs.readdirSync(server).flatMap((file) => Object.entries(JSON.parse(fs.readFileSync(path.join(server, file), 'utf8')) as Record<string, unknown>)),
  ]
  expect(texts.filter(([, text]) => typeof text === 'string' && governed.test(text)).map(([key]) => key)).toEqual([])
})
