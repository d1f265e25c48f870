import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { brandHtml, brands, manifest, readBrand } from '../build/brands.mjs'
import { CSP } from '../build/preview.mjs'

const html = fs.readFileSync(path.resolve(import.meta.dirname, '../index.html'), 'utf8')
const langs = ['ru', 'kk', 'en']

describe.each(brands())('brand %s', (brand) => {
  test('speaks three languages', () => {
    const data = readBrand(brand) as Record<string, Record<string, string>> & { operator: { legalName: Record<string, string> } }
    for (const text of [data.name, data.tagline, data.description, data.operator.legalName]) {
      expect(Object.keys(text ?? {}).sort()).toEqual([...langs].sort())
      expect(Object.values(text ?? {}).every((t) => t.trim() !== '')).toBe(true)
    }
  })

  test('the page carries its data and nothing that the content policy forbids', () => {
    const page = brandHtml(html, brand)
    expect(JSON.parse(/<script type="application\/json" id="brand">(.*?)<\/script>/.exec(page)?.[1] ?? '') as unknown).toEqual(readBrand(brand))
    expect(page).not.toMatch(/<script(?![^>]*(?:\bsrc=|type="application\/json"))/)
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=/)
    expect(page).not.toContain('<!--brand-->')
    expect(page).toMatch(/<title>[^<]+<\/title>/)
  })

  test('the manifest makes it installable', () => {
    const { icons, start_url, name } = manifest(brand)
    expect(start_url).toBe('/')
    expect(name).not.toBe('')
    expect(icons.map((icon) => icon.sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']))
  })
})

test('the preview holds to the policy of the server', () => {
  const server = fs.readFileSync(path.resolve(import.meta.dirname, '../../crates/server/src/assets.rs'), 'utf8')
  const text = /CONTENT_POLICY: &str = "([^"]*)"/.exec(server)?.[1]?.replaceAll(/\\\s+/g, '') ?? ''
  const rules = (policy: string) => policy.split(';').map((rule) => rule.trim()).filter((rule) => rule !== '').sort()
  expect(rules(CSP)).toEqual(rules(text))
})
