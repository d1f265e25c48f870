import type { components } from '~/api'

export type Appointment = components['schemas']['AppointmentView']
export type Today = components['schemas']['Today']
