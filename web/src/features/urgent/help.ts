// Phones for an emergency: the server's list (edited by the operator), else the region's own file, both kept by the service worker.
import { queryOptions } from '@tanstack/react-query'
import { read } from '~/api'
import type { HelpLine } from '~/ui'

export interface UrgentHelp {
  /** Civil date of the last check of all numbers. */
  verified_on: string
  lines: HelpLine[]
}

export const urgentHelpQuery = queryOptions({
  queryKey: ['urgent-help'],
  queryFn: async (): Promise<UrgentHelp> => {
    try {
      // A network that is dying must not keep anybody from the numbers.
      return await read<UrgentHelp>('/api/public/urgent-help', AbortSignal.timeout(3000))
    } catch {
      return read<UrgentHelp>('/region/urgent-help.json')
    }
  },
  // Asked even when the browser believes to be offline: the service worker answers.
  networkMode: 'always',
  retry: false,
})
