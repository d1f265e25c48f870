import { createRootRoute } from '@tanstack/react-router'
import { afterEach, expect, test, vi } from 'vitest'
import type { PageModule } from '~/api/page'
import { pagesOf } from './page'

afterEach(() => { vi.unstubAllGlobals() })

/** How often the screen's data is asked for when a link to it is hovered, and when it is opened. */
async function asked(module: Partial<PageModule>): Promise<[hovered: number, opened: number]> {
  vi.stubGlobal('navigator', { onLine: true })
  const loader = vi.fn(() => Promise.resolve())
  const route = pagesOf(() => createRootRoute())('/x', 'urgent', () => Promise.resolve({ default: () => null, loader, ...module }))
  const load = route.options.loader as unknown as (context: object) => Promise<void>
  const context = { context: {}, params: {}, deps: { search: {} } }
  await load({ ...context, preload: true })
  const hovered = loader.mock.calls.length
  await load({ ...context, preload: false })
  return [hovered, loader.mock.calls.length - hovered]
}

test('a link is followed in thought: what is behind it comes early', async () => {
  expect(await asked({})).toEqual([1, 1])
})

test('but not where the reading goes into somebody’s record', async () => {
  expect(await asked({ isRecorded: true })).toEqual([0, 1])
})
