import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, leavePage, newVisitor } from '../support/browser'
import { untilEventCount } from '../support/event-count'
import { findFreePort } from '../support/postgres'
import { type Product, startProduct } from '../support/product'
import { createProductStore, type ProductStore } from '../support/product-store'
import { type OtherSite, startOtherSite } from './other-site'

const PUBLISHABLE_KEY = 'pk_test_0123456789abcdefgh'
const STATES = ['denied', 'anonymous', 'full'] as const
/** A page view, a marked click, and a call. */
const EVENTS_PER_VISIT = 3

type StoredRow = { route: string; gpc: boolean } & Record<
  'actor_id' | 'session_id' | 'visitor_id' | 'user_id' | 'ip' | 'user_agent' | 'created_at',
  string | null
>
type Kept = { cookies: number; lasting: unknown[] }

describe('what is kept of a visitor of a real browser', () => {
  let browser: Browser
  let store: ProductStore
  let product: Product
  const sites = {} as Record<(typeof STATES)[number], OtherSite>
  const kept = new Map<string, Kept>()
  let deniedRequestCount = 0
  let rows: StoredRow[]

  beforeAll(async () => {
    browser = await launchBrowser()
    store = await createProductStore('embedded')
    const port = await findFreePort()
    for (const state of STATES) {
      const url = `http://localhost:${port}`
      sites[state] = await startOtherSite(url, PUBLISHABLE_KEY, `data-consent="${state}"`)
    }
    const origins = STATES.map((state) => sites[state].origin).join(',')
    product = await startProduct({ ...store.options, port, env: { CORS_ORIGINS: origins } })

    await visitAll()
    expect(await product.stop()).toEqual({ code: 0, signal: null })
    rows = await store.read<StoredRow>(`
      select
        route, gpc, actor_id::text, session_id, visitor_id::text, user_id::text, ip, user_agent, created_at::text
      from public.user_events
      order by timestamp, id`)
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await Promise.all(Object.values(sites).map((site) => site.close()))
    await product?.kill()
    await store?.delete()
  }, 60_000)

  /** The path a visit goes to says in the stored rows which visit it was. */
  async function visitAll(): Promise<void> {
    await visit('/gpc', { extraHTTPHeaders: { 'Sec-GPC': '1' } }, sites.full, (page) =>
      page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })),
    )
    // A page whose script was told nothing of it, or is an old one: the header alone must do.
    await visit('/gpc-header', { extraHTTPHeaders: { 'Sec-GPC': '1' } }, sites.full)
    await visit('/anonymous-1', {}, sites.anonymous)
    await visit('/anonymous-2', {}, sites.anonymous)
    const returning = await browser.newContext()
    await visitAs(await returning.newPage(), '/full-1', sites.full)
    await visitAs(await returning.newPage(), '/full-2', sites.full)
    await returning.close()
    await visit('/denied', {}, sites.denied, (page) => {
      page.on('request', (request) => {
        if (request.method() === 'POST') deniedRequestCount += 1
      })
    })
    await untilEventCount(product, 6 * EVENTS_PER_VISIT)
  }

  async function visit(
    path: string,
    options: BrowserContextOptions,
    site: OtherSite,
    prepare?: (page: Page) => unknown,
  ): Promise<void> {
    const page = await newVisitor(browser, options)
    await prepare?.(page)
    await visitAs(page, path, site)
    await page.context().close()
  }

  async function visitAs(page: Page, path: string, site: OtherSite): Promise<void> {
    const sent = site === sites.denied ? null : untilSent(page)
    await page.goto(`${site.origin}${path}`)
    await page.getByRole('button', { name: 'Newsletter' }).click()
    await page.getByRole('button', { name: 'Order' }).click()
    // A beacon that leaves with its page does not carry the headers that a Playwright context adds.
    await sent
    const lasting = await page.evaluate(async () => [...Object.keys(localStorage), ...(await indexedDB.databases())])
    kept.set(path, { cookies: (await page.context().cookies()).length, lasting })
    await leavePage(page)
    await page.close()
  }

  /** Settles when a visit's events were all answered for. */
  function untilSent(page: Page): Promise<void> {
    let answeredCount = 0
    return new Promise((resolve) => {
      page.on('requestfinished', (request) => {
        const body = request.postDataJSON() as { events?: unknown[] } | null
        answeredCount += body?.events?.length ?? 0
        if (answeredCount >= EVENTS_PER_VISIT) resolve()
      })
    })
  }

  const rowsOf = (path: string): StoredRow[] => rows.filter(({ route }) => route === path)
  const distinct = (path: string, column: keyof StoredRow) => new Set(rowsOf(path).map((row) => row[column]))

  it.each([
    ['by the browser', '/gpc'],
    ['by its header alone', '/gpc-header'],
  ])('ties no two events together under Global Privacy Control, said %s', (_, path) => {
    expect(rowsOf(path)).toHaveLength(EVENTS_PER_VISIT)
    expect(distinct(path, 'actor_id').size).toBe(EVENTS_PER_VISIT)
    for (const row of rowsOf(path)) {
      expect(row).toMatchObject({
        gpc: true,
        session_id: null,
        visitor_id: null,
        user_id: null,
        ip: null,
        user_agent: null,
      })
      expect(row.created_at, 'the hour alone').toMatch(/:00:00[+-]/)
    }
  })

  it('keeps nothing in the browser under Global Privacy Control', () => {
    expect(kept.get('/gpc')).toEqual({ cookies: 0, lasting: [] })
  })

  it('knows an anonymous browser for the tab’s session and as one visitor of the day, and leaves nothing in it', () => {
    for (const path of ['/anonymous-1', '/anonymous-2']) {
      expect(rowsOf(path)).toHaveLength(EVENTS_PER_VISIT)
      expect(distinct(path, 'actor_id').size).toBe(1)
      expect(kept.get(path)).toEqual({ cookies: 0, lasting: [] })
    }
    expect(distinct('/anonymous-1', 'actor_id')).not.toEqual(distinct('/anonymous-2', 'actor_id'))
    expect(distinct('/anonymous-1', 'visitor_id').size).toBe(1)
    expect([...distinct('/anonymous-1', 'visitor_id')][0]).toMatch(/^-?\d+$/)
    expect(distinct('/anonymous-2', 'visitor_id')).toEqual(distinct('/anonymous-1', 'visitor_id'))
  })

  it('knows a browser again on a later visit only with full consent, and then derives no visitor', () => {
    expect(rowsOf('/full-1')).toHaveLength(EVENTS_PER_VISIT)
    expect(distinct('/full-2', 'actor_id')).toEqual(distinct('/full-1', 'actor_id'))
    expect(distinct('/full-1', 'visitor_id')).toEqual(new Set([null]))
    expect(kept.get('/full-2')?.cookies).toBe(0)
    expect(kept.get('/full-2')?.lasting).not.toEqual([])
  })

  it('keeps and sends nothing when consent is denied', () => {
    expect(rowsOf('/denied')).toEqual([])
    expect(deniedRequestCount).toBe(0)
    expect(kept.get('/denied')).toEqual({ cookies: 0, lasting: [] })
  })

  it('stores neither addresses nor agents of anybody', () => {
    expect(rows).toHaveLength(6 * EVENTS_PER_VISIT)
    expect(rows.filter(({ ip, user_agent }) => ip !== null || user_agent !== null)).toEqual([])
  })
})
