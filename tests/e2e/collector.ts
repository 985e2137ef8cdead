import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import type { CollectAnswer } from '@/lib/contracts/collect-answer'
import type { Product } from '../support/product'
import { sendChange } from './admin-session.ts'

/** An event that happened now. */
export function toEvent(fields: Record<string, unknown> = {}) {
  return { id: randomUUID(), event: 'recipe_clicked', timestamp: Date.now(), ...fields }
}

/** Sends a batch of events as a server of the project does. */
export async function sendFromServer(
  product: Product,
  events: readonly object[],
  context: object = {},
): Promise<CollectAnswer> {
  const headers = { authorization: `Bearer ${product.secretKey}` }
  return (await postEvents(product, { context, events }, headers)).answer
}

/** Sends a batch as a page does, with these headers; gives the status, too, as it may be refused. */
export async function sendFromPage(
  product: Product,
  events: readonly object[],
  headers: Record<string, string>,
): Promise<{ status: number; answer: CollectAnswer }> {
  return postEvents(product, { key: product.publishableKey, sentAt: Date.now(), events }, headers)
}

async function postEvents(product: Product, body: object, headers: Record<string, string>) {
  const response = await fetch(`${product.url}/_g/events`, { method: 'POST', headers, body: JSON.stringify(body) })
  const { data } = (await response.json()) as { data: CollectAnswer }
  return { status: response.status, answer: data }
}

/** Adds a viewer to the default project, as the admin whose page is given; resolves to their account. */
export async function addViewer(admin: Page, product: Product): Promise<{ email: string; password: string }> {
  const email = `${randomUUID()}@example.test`
  const path = '/api/projects/default/members'
  const { body } = await sendChange(admin, product, 'POST', path, { email, role: 'viewer' })
  return { email, password: (body as { data: { initialPassword: string } }).data.initialPassword }
}
