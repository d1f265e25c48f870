import { queryOptions } from '@tanstack/react-query'
import { api, data, type components } from '~/api'

export type Appointment = components['schemas']['AppointmentView']
export type Today = components['schemas']['Today']

export const todayQuery = queryOptions({ queryKey: ['booking', 'today'], queryFn: () => data(api.GET('/api/today')) })
