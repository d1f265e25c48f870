import { api, data, idempotent, useCommand } from '~/api'

export const useExtend = (id: string) =>
  useCommand((minutes: number, key) => data(api.POST('/api/calls/{appointment_id}/extend', {
    params: { path: { appointment_id: id } }, body: { minutes }, headers: idempotent(key),
  })))

export const useEnd = (id: string) =>
  useCommand((_: undefined, key) => data(api.POST('/api/calls/{appointment_id}/end', { params: { path: { appointment_id: id } }, headers: idempotent(key) })))
