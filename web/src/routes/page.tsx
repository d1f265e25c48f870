// One way to declare a screen: path, slice (folder of the feature = its message catalogue), lazy module. The code, the texts and the data
// of a screen are fetched together, before it is shown and already when a link to it is hovered or touched.
import type { QueryClient } from '@tanstack/react-query'
import { createRoute, lazyRouteComponent, notFound, type AnyRoute } from '@tanstack/react-router'
import { ApiProblem } from '~/api/problem'
import type { PageModule } from '~/api/page'
import { loadMessages, type Slice } from '~/i18n'

interface PageOptions<TSearch> {
  /** Checks the query string and gives it a type; without it the page reads none. */
  search?: (raw: Record<string, unknown>) => TSearch
}

/** What an address tells a screen, where it is text: `{ search: texts('part') }`. */
export const texts = <const TName extends string>(...names: readonly TName[]) => (raw: Record<string, unknown>): { [name in TName]?: string } =>
  Object.fromEntries(names.flatMap((name) => (typeof raw[name] === 'string' ? [[name, raw[name]]] : []))) as { [name in TName]?: string }

/** A lazily imported screen. Its type is left open on purpose: the router's types would depend on every screen's, and those on the router's. */
type Load = () => Promise<unknown>

/** A screen whose code is not on this device cannot come without a network, whatever the browser calls that. */
async function screen(load: Load): Promise<PageModule> {
  try {
    return (await load()) as PageModule
  } catch (error) {
    throw navigator.onLine ? error : new ApiProblem(0, 'offline')
  }
}

/** An address that names what does not exist, or is somebody else's (both look the same), or what cannot be a name at all. */
const isNowhere = (error: unknown, params: Record<string, string>): boolean =>
  error instanceof ApiProblem && Object.keys(params).length > 0 && [400, 404, 422].includes(error.status)

/** `const page = pagesOf(() => employeeRoute)`, then `page('/find', 'matching', () => import('~/features/matching/FindPage'))`. */
export function pagesOf<TParent extends AnyRoute>(parent: () => TParent) {
  return function page<const TPath extends string, TSearch extends object = object>(
    path: TPath,
    slice: Slice,
    load: Load,
    options: PageOptions<TSearch> = {},
  ) {
    return createRoute({
      getParentRoute: parent,
      path,
      validateSearch: (raw: Record<string, unknown>): TSearch => options.search?.(raw) ?? ({} as TSearch),
      loaderDeps: ({ search }) => ({ search: search as Record<string, unknown> }),
      loader: async ({ context, params, deps, preload }) => {
        const [module] = await Promise.all([screen(load), loadMessages([slice])])
        const { queryClient } = context as { queryClient: QueryClient }
        if (preload && module.isRecorded) return
        // Without a network the screen opens on what is kept, or says that it waits.
        if (!navigator.onLine) return
        try {
          await module.loader?.({ queryClient, params: params as Record<string, string>, search: deps.search })
        } catch (error) {
          throw isNowhere(error, params as Record<string, string>) ? notFound() : error
        }
      },
      component: lazyRouteComponent(async () => {
        const [{ default: Page }, { Spoken }] = await Promise.all([screen(load), import('~/ui/Spoken')])
        return { default: () => <Spoken><Page /></Spoken> }
      }),
    })
  }
}
