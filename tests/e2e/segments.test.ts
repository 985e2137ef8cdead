import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, newVisitor } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { signIn } from './admin-session'

/** An event that nothing else in the project has. */
const EVENT = `meal_bought_${randomUUID().slice(0, 8)}`
const USERS = [randomUUID(), randomUUID()] as const
const NAME = `Came back ${EVENT.slice(-8)}`

describe('segments and shared pages', () => {
  let browser: Browser
  let product: Product
  let admin: Page

  beforeAll(async () => {
    browser = await launchBrowser()
    product = await startProduct()
    await sendEvents([USERS[0], USERS[0], USERS[1]])
    admin = await newVisitor(browser)
    await signIn(admin, product)
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  }, 60_000)

  const sendEvents = async (users: readonly string[]): Promise<void> => {
    const events = users.map((userId) => ({ id: randomUUID(), event: EVENT, userId, timestamp: Date.now() - 1_000 }))
    const response = await fetch(`${product.url}/api/analytics/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.secretKey}` },
      body: JSON.stringify({ events }),
    })
    expect(response.status).toBe(202)
  }

  it('are written by keyboard, with the number of people they mean', async () => {
    await admin.goto(`${product.url}/admin/segments?edit=new`)
    await admin.getByLabel('Name').fill(NAME)
    await admin.getByLabel('Event', { exact: true }).fill(EVENT)
    await admin.getByText('2 of', { exact: false }).first().waitFor()
    // From the event over the comparison to the number.
    await admin.keyboard.press('Tab')
    await admin.keyboard.press('Tab')
    await admin.keyboard.press('ControlOrMeta+a')
    await admin.keyboard.type('2')
    await admin.getByText('1 of', { exact: false }).first().waitFor()
    await admin.keyboard.press('Enter')
    const row = admin.getByRole('row').filter({ hasText: NAME })
    await row.waitFor()
    expect(await row.textContent()).toContain(`People who did ${EVENT} at least twice in the last 30 days`)
    await row.getByRole('cell', { name: '1', exact: true }).waitFor()
  })

  it('narrow reports to their people, by a link that needs no account and ends when it is revoked', async () => {
    await admin.getByRole('link', { name: NAME }).click()
    await admin.waitForURL(/segment=/)
    const segment = new URL(admin.url()).searchParams.get('segment') ?? ''
    const { token, id } = await createShare(admin, product, `range=24h&segment=${segment}`)

    const guest = await newVisitor(browser)
    const answer = guest.waitForResponse((response) => response.url().includes('/events?'), { timeout: 90_000 })
    const page = await guest.goto(`${product.url}/share/${token}`)
    expect(page?.status()).toBe(200)
    expect(page?.headers()).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex, nofollow' })
    await guest.getByText('Read-only').waitFor()
    const report = (await (await answer).json()) as { data: { totals: { events: number; people: number } } }
    expect(report.data.totals).toMatchObject({ events: 2, people: 1 })
    expect(await guest.getByRole('button', { name: 'Filter' }).count()).toBe(0)

    const ask = async (path: string) =>
      (await guest.request.get(product.url + path, { headers: { authorization: `Bearer ${token}` } })).status()
    expect(await ask('/api/analytics/events')).toBe(200)
    for (const path of ['/api/segments', '/api/people', '/api/shares', '/api/projects/default']) {
      expect([path, await ask(path)]).toEqual([path, 403])
    }

    const revoked = await admin.request.delete(`${product.url}/api/shares/${id}`, { headers: { origin: product.url } })
    expect(revoked.status()).toBe(204)
    expect((await guest.goto(`${product.url}/share/${token}`))?.status()).toBe(404)
    expect((await guest.goto(`${product.url}/share/share_${'a'.repeat(43)}`))?.status()).toBe(404)
    expect(await ask('/api/analytics/events')).toBe(401)
  })
})

/** A link to the overview with these filters, made by the signed-in page. */
async function createShare(admin: Page, product: Product, query: string): Promise<{ token: string; id: string }> {
  const response = await admin.request.post(`${product.url}/api/shares`, {
    headers: { origin: product.url },
    data: { path: '/admin', query, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
  })
  expect(response.status()).toBe(201)
  return ((await response.json()) as { data: { token: string; id: string } }).data
}
