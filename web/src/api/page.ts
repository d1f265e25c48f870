// What a screen's module is to the router (src/routes/page.tsx).
import type { QueryClient } from '@tanstack/react-query'
import type { ComponentType } from 'react'

export interface LoaderContext {
  queryClient: QueryClient
  params: Record<string, string>
  search: Record<string, unknown>
}

/** Starts, before the screen is shown, the queries it will read: `await queryClient.query(bookingsQuery)`. May throw a redirect. */
export type Loader = (context: LoaderContext) => Promise<unknown>

export interface PageModule {
  default: ComponentType
  loader?: Loader
  /** Its reading goes into the record of whom it is about: asked only by who really opens the screen, never ahead of it. */
  isRecorded?: true
}
