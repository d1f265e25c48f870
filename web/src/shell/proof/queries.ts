import { queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

export type Ways = components['schemas']['WaysToProve']

/** What the signed-in person can show. Its key begins as that of all that is known of their proofs. */
export const waysQuery = queryOptions({ queryKey: ['proofs', 'ways'], queryFn: () => data(api.GET('/api/auth/proof')) })
