import { expect, test } from 'vitest'
import { isPart, passIn } from './text'

const pass = `AQ${'x9-_'.repeat(118)}`.slice(0, 471)

test('a pass is found in what surrounds it', () => {
  for (const text of [pass, `${pass}\r\n`, `\uFEFF${pass}`, (pass.match(/.{1,76}/g) ?? []).join('\n '), `Мой пропуск:\n${pass}\nне терять`]) expect(passIn(text)).toBe(pass)
})

test('what is none, or not the whole of one, is told apart', () => {
  for (const text of ['', 'Список покупок', `${pass}${pass}`, `B${pass.slice(1)}`, '0'.repeat(9000)]) {
    expect(passIn(text), text).toBeUndefined()
    expect(isPart(text), text).toBe(false)
  }
  for (const text of [pass.slice(0, -1), pass.slice(7), `${pass.slice(0, 60)}\n`]) {
    expect(passIn(text)).toBeUndefined()
    expect(isPart(text)).toBe(true)
  }
})
