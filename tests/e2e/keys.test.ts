import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CreatedProjectKey } from '@/lib/contracts/project-settings'
import { launchBrowser, leavePage, newVisitor } from '../support/browser'
import { readEventCount } from '../support/event-count'
import { type Product, startProduct } from '../support/product'
import { sendChange, signIn } from './admin-session'
import { type OtherSite, startOtherSite } from './other-site'

const KEYS = '/api/projects/default/keys'

describe('a key that is given up', () => {
  let browser: Browser
  let product: Product
  let admin: Page
  const sites: OtherSite[] = []

  beforeAll(async () => {
    browser = await launchBrowser()
    product = await startProduct()
    admin = await newVisitor(browser)
    await signIn(admin, product)
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await Promise.all(sites.map((site) => site.close()))
    await product?.stop()
  }, 60_000)

  async function change(method: 'POST' | 'DELETE', path: string, body?: object): Promise<CreatedProjectKey> {
    const { status, body: answer } = await sendChange(admin, product, method, path, body)
    expect(status).toBeLessThan(300)
    return (answer as { data: CreatedProjectKey } | null)?.data as CreatedProjectKey
  }

  /** The answer to one event, sent with the key as its kind must be. */
  async function sendWith({ kind, key }: CreatedProjectKey, events = [toEvent()]): Promise<number> {
    const response = await fetch(`${product.url}/_g/events`, {
      method: 'POST',
      headers: kind === 'secret' ? { authorization: `Bearer ${key}` } : {},
      body: JSON.stringify({ ...(kind === 'publishable' && { key }), sentAt: Date.now(), events }),
    })
    return response.status
  }
  const toEvent = () => ({ id: randomUUID(), event: 'key_tried', timestamp: Date.now() })

  // A collecting process believes what it knows of a key for ten seconds.
  const untilRefused = (key: CreatedProjectKey) =>
    expect.poll(() => sendWith(key, []), { timeout: 30_000, interval: 250 }).toBe(401)

  it.each(['publishable', 'secret'] as const)(
    'by rotation is refused, and the new one is taken (%s)',
    async (kind) => {
      const old = await change('POST', KEYS, { kind, label: 'rotated' })
      expect(await sendWith(old)).toBe(202)
      const fresh = await change('POST', `${KEYS}/${old.id}/rotate`)
      expect(fresh.key).not.toBe(old.key)
      expect(await sendWith(fresh)).toBe(202)
      await untilRefused(old)
      const before = await readEventCount(product)
      expect(await sendWith(old)).toBe(401)
      expect(await sendWith(fresh)).toBe(202)
      expect(await readEventCount(product)).toBe(before + 1)
    },
    60_000,
  )

  it('leaves the page that still has it unharmed and silent, and nothing of it is stored', async () => {
    const key = await change('POST', KEYS, { kind: 'publishable', label: 'a page' })
    const site = await startOtherSite(product.url, key.key)
    sites.push(site)
    await change('DELETE', `${KEYS}/${key.id}`)
    await untilRefused(key)
    const before = await readEventCount(product)

    const visitor = await newVisitor(browser)
    const errors: string[] = []
    visitor.on('pageerror', (error) => errors.push(error.message))
    const statuses: number[] = []
    visitor.on('response', (response) => {
      if (response.request().method() === 'POST' && response.url().endsWith('/events')) statuses.push(response.status())
    })
    const firstAnswer = visitor.waitForResponse((response) => response.url().endsWith('/events'), { timeout: 30_000 })
    await visitor.goto(site.origin)
    expect((await firstAnswer).status()).toBe(401)
    for (let click = 0; click < 12; click += 1) await visitor.getByRole('button', { name: 'Order' }).click()
    await leavePage(visitor)
    await visitor.close()

    expect(statuses.filter((status) => status !== 401)).toEqual([])
    expect(errors).toEqual([])
    expect(await readEventCount(product)).toBe(before)
  }, 90_000)

  it('was never one to a page when it is secret: in a body it is refused', async () => {
    const { key } = await change('POST', KEYS, { kind: 'secret', label: 'misplaced' })
    const visitor = await newVisitor(browser)
    await visitor.goto(`${product.url}/demo`)
    const status = await visitor.evaluate(
      async (body) => (await fetch('/_g/events', { method: 'POST', body })).status,
      JSON.stringify({ key, sentAt: Date.now(), events: [toEvent()] }),
    )
    expect(status).toBe(401)
    await visitor.close()
  }, 60_000)
})
