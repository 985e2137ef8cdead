import { readFile } from 'node:fs/promises'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, newVisitor } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { signIn } from './admin-session'
import { addViewer, sendFromServer, toEvent } from './collector'

const USER_ID = 'ann-7'

let browser: Browser
let product: Product
let admin: Page

beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct()
  // Ann on two devices, of which one knew her before she signed in; and Bob.
  await sendFromServer(product, [
    toEvent({ event: 'recipe_viewed', anonymousId: 'anns-laptop' }),
    toEvent({ type: 'identify', userId: USER_ID, anonymousId: 'anns-laptop', traits: { plan: 'pro' } }),
    toEvent({ event: 'meal_planned', userId: USER_ID }),
    toEvent({ type: 'conversion', funnel: 'Recipe Discovery', step: 'meal_planned', userId: USER_ID }),
    toEvent({ event: 'meal_planned', userId: 'bob-9' }),
  ])
  admin = await newVisitor(browser)
  await signIn(admin, product)
  await admin.goto(`${product.url}/admin/people?tab=rights`)
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await product?.stop()
}, 60_000)

const card = (name: string): Locator => admin.getByRole('region', { name, exact: true })

async function lookUp(id: string, by = 'Application user id'): Promise<Locator> {
  const finder = card('Find a person')
  await finder.getByLabel('By', { exact: true }).selectOption(by)
  await finder.getByLabel('Id', { exact: true }).fill(id)
  await finder.getByRole('button', { name: 'Look up' }).click()
  return finder
}

const rowsOf = async (finder: Locator, table: string): Promise<string | null> =>
  finder.getByRole('row').filter({ hasText: table }).getByRole('cell').nth(1).textContent()

describe('the people page', () => {
  it('finds everything of a person on all their devices, by any of their ids, and never in an address', async () => {
    const asked: string[] = []
    admin.on('request', (request) => asked.push(request.url()))
    for (const [id, by] of [
      [USER_ID, 'Application user id'],
      ['anns-laptop', 'Anonymous id'],
    ] as const) {
      const finder = await lookUp(id, by)
      await finder.getByText('Profile', { exact: true }).first().waitFor()
      expect(await rowsOf(finder, 'user_events')).toBe('2')
      expect(await rowsOf(finder, 'conversions')).toBe('1')
      expect(await finder.textContent()).toContain('"plan": "pro"')
    }
    expect(asked.length).toBeGreaterThan(0)
    for (const url of [...asked, admin.url()]) expect(url).not.toMatch(/ann/)
  }, 60_000)

  it('says so when nothing is stored, and which id is none', async () => {
    await (await lookUp('nobody-1')).getByText('Nothing is stored of this person').waitFor()
    const finder = await lookUp('no uuid', 'Actor id')
    await expect.poll(() => finder.getByLabel('Id', { exact: true }).getAttribute('aria-invalid')).toBe('true')
  }, 60_000)

  it('hands over all rows of the person as a file', async () => {
    const finder = await lookUp(USER_ID)
    const [download] = await Promise.all([
      admin.waitForEvent('download'),
      finder.getByRole('button', { name: 'Export as JSON' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('person.json')
    const { tables } = JSON.parse(await readFile(await download.path(), 'utf8')) as {
      tables: Record<string, { event: string }[]>
    }
    expect(tables.user_events?.map(({ event }) => event).sort()).toEqual(['meal_planned', 'recipe_viewed'])
  }, 60_000)

  it('erases only after the id was typed again, and gives a receipt', async () => {
    const finder = await lookUp(USER_ID)
    await finder.getByRole('button', { name: 'Erase…' }).click()
    const question = admin.getByRole('alertdialog', { name: 'Erase this person?' })
    const erase = question.getByRole('button', { name: 'Erase for good' })
    expect(await erase.isDisabled()).toBe(true)
    await question.getByLabel('Type the id to confirm').fill('ann')
    expect(await erase.isDisabled()).toBe(true)
    await question.getByLabel('Type the id to confirm').fill(USER_ID)
    await erase.click()

    const receipt = finder.getByRole('region', { name: 'Receipt' })
    await receipt.getByText(/^Erased at /).waitFor()
    expect(await rowsOf(receipt, 'user_events')).toBe('2')
    const [download] = await Promise.all([
      admin.waitForEvent('download'),
      receipt.getByRole('button', { name: 'Download receipt' }).click(),
    ])
    const saved = JSON.parse(await readFile(await download.path(), 'utf8')) as { jws: string }
    expect(await receipt.locator('code').last().textContent()).toBe(saved.jws)

    await (await lookUp(USER_ID)).getByText('Nothing is stored of this person').waitFor()
    const bob = await lookUp('bob-9')
    await bob.getByRole('button', { name: 'Erase…' }).waitFor()
    expect(await rowsOf(bob, 'user_events')).toBe('1')
    const past = card('Past erasures').getByRole('row').nth(1)
    await past.getByText('finished').waitFor()
    expect(await past.getByRole('cell').nth(1).textContent()).toBe('you')

    await verify(saved.jws, USER_ID, 'It is about this person.')
    await verify(saved.jws, 'bob-9', 'It is not about this person')
    await verify(`${saved.jws.slice(0, -4)}AAAA`, '', 'Not genuine')
  }, 90_000)

  it('is for admins: a viewer is told so, and the routes refuse', async () => {
    const viewer = await newVisitor(browser)
    await signIn(viewer, product, await addViewer(admin, product))
    await viewer.goto(`${product.url}/admin/people`)
    await viewer.getByText('Only admins of this project can look people up').waitFor()
    expect(await viewer.getByRole('button', { name: 'Look up' }).count()).toBe(0)
    const response = await viewer.request.post(`${product.url}/api/people/lookup`, {
      headers: { origin: product.url },
      data: { userId: 'bob-9' },
    })
    expect(response.status()).toBe(403)
  }, 60_000)
})

async function verify(jws: string, person: string, verdict: string): Promise<void> {
  const verifier = card('Verify a receipt')
  await verifier.getByLabel('Receipt', { exact: true }).fill(jws)
  await verifier.getByLabel('Person, if you like').fill(person)
  await verifier.getByRole('button', { name: 'Verify' }).click()
  await verifier.getByText(verdict).waitFor()
}
