import { api, data, idempotent } from '~/api'
import type { Texts } from '~/ui'
import type { Category } from './queries'
import { fieldsOf, unwrapped, type Values } from './values'

/** Refusals lead to the form's fields. */
const told = async (answer: Promise<Category>): Promise<Category> => {
  try {
    return await answer
  } catch (problem) {
    throw unwrapped(problem)
  }
}

const at = (id: string) => ({ path: { id } })

export const create = (values: Values, key: string) =>
  told(data(api.POST('/api/operator/categories', { body: { slug: values.slug.trim(), category: fieldsOf(values) }, headers: idempotent(key) })))

export const change = (id: string, version: number, values: Values, key: string) =>
  told(data(api.PUT('/api/operator/categories/{id}', { params: at(id), body: { version, category: fieldsOf(values) }, headers: idempotent(key) })))

export const publish = (id: string, key: string) => data(api.POST('/api/operator/categories/{id}/publish', { params: at(id), headers: idempotent(key) }))

export const archive = (id: string, key: string) => data(api.POST('/api/operator/categories/{id}/archive', { params: at(id), headers: idempotent(key) }))

export const addTopic = (id: string, name: Texts, key: string) =>
  data(api.POST('/api/operator/categories/{id}/topics', { params: at(id), body: { name }, headers: idempotent(key) }))

export const changeTopic = (topic: string, body: { name?: Texts; is_archived?: boolean }, key: string) =>
  data(api.PATCH('/api/operator/topics/{id}', { params: at(topic), body, headers: idempotent(key) }))

export const orderTopics = (id: string, topics: string[], key: string) =>
  data(api.PUT('/api/operator/categories/{id}/topics', { params: at(id), body: { topics }, headers: idempotent(key) }))
