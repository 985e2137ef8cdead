import { randomUUID } from 'node:crypto'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, leavePage, newVisitor } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { readReport, sendChange, signIn } from './admin-session'

describe('the settings page', () => {
  let browser: Browser
  let product: Product
  let admin: Page

  beforeAll(async () => {
    browser = await launchBrowser()
    product = await startProduct()
    admin = await newVisitor(browser)
    await signIn(admin, product)
    await admin.goto(`${product.url}/admin/settings`)
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await product?.stop()
  }, 60_000)

  const card = (page: Page, title: string): Locator => page.getByRole('region', { name: title })

  /** The status of an empty batch under this key: 202 when it is known, 401 when not. */
  const sendWith = async (key: string): Promise<number> => {
    const response = await fetch(`${product.url}/api/analytics/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ events: [{ id: randomUUID(), event: 'key_tried', timestamp: Date.now() }] }),
    })
    return response.status
  }

  it('shows a new key once, lets it write, and refuses it once it is revoked', async () => {
    const keys = card(admin, 'Keys')
    await keys.getByRole('button', { name: 'New key' }).click()
    const form = admin.getByRole('dialog', { name: 'New key' })
    await form.getByLabel('Kind').selectOption('secret')
    await form.getByLabel('Label').fill('Nightly import')
    await form.getByRole('button', { name: 'Create key' }).click()

    const shown = admin.getByRole('dialog', { name: 'Your new key' })
    await shown.waitFor()
    const key = ((await shown.locator('code').first().textContent()) ?? '').trim()
    expect(key).toMatch(/^sk_/)
    expect(key.length).toBeGreaterThan(20)
    expect(await sendWith(key)).toBe(202)
    await shown.getByRole('button', { name: 'I have copied it' }).click()
    await shown.waitFor({ state: 'detached' })

    await admin.reload()
    const row = keys.getByRole('row').filter({ hasText: 'Nightly import' })
    await row.waitFor()
    expect(await admin.content()).not.toContain(key)

    await row.getByRole('button', { name: /^Revoke/ }).click()
    await admin.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click()
    await row.getByText('revoked').waitFor()
    // The collector may remember a key for some seconds.
    await expect.poll(() => sendWith(key), { timeout: 30_000 }).toBe(401)
  }, 90_000)

  it('says at the field which origin is wrong, and keeps the right ones', async () => {
    const origins = card(admin, 'Allowed origins')
    const field = origins.getByLabel('Origins')
    await field.fill('https://shop.example\nshop.example/path')
    await origins.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true')

    await field.fill('https://shop.example\nhttp://localhost:8080')
    await origins.getByRole('button', { name: 'Save' }).click()
    await origins.getByText('Saved.').waitFor()
    await admin.reload()
    expect(await card(admin, 'Allowed origins').getByLabel('Origins').inputValue()).toBe(
      'https://shop.example\nhttp://localhost:8080',
    )
  }, 60_000)

  it('adds a viewer, who sees the dashboard and can manage nothing', async () => {
    const members = card(admin, 'Members')
    await members.getByLabel('E-mail address').fill('viewer@example.test')
    await members.getByLabel('Role', { exact: true }).selectOption('viewer')
    await members.getByRole('button', { name: 'Add member' }).click()
    const created = admin.getByRole('dialog', { name: 'viewer@example.test is now viewer' })
    await created.waitFor()
    const password = ((await created.locator('code').textContent()) ?? '').trim()
    await created.getByRole('button', { name: 'Done' }).click()
    await members.getByRole('row').filter({ hasText: 'viewer@example.test' }).waitFor()

    const viewer = await newVisitor(browser)
    await signIn(viewer, product, { email: 'viewer@example.test', password })
    await viewer.getByRole('heading', { name: 'Overview' }).waitFor()
    await viewer.goto(`${product.url}/admin/settings`)
    await viewer.getByRole('heading', { level: 1 }).waitFor()
    expect(await viewer.getByRole('button', { name: 'New key' }).count()).toBe(0)
    expect(await viewer.getByRole('button', { name: 'Add member' }).count()).toBe(0)

    const newKey = { kind: 'secret', label: 'Mine' }
    expect(await sendChange(viewer, product, 'POST', '/api/projects/default/keys', newKey)).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden' } },
    })
    expect((await viewer.request.get(`${product.url}/api/projects/default/keys`)).status()).toBe(403)
    const change = { allowedOrigins: ['https://elsewhere.example'] }
    expect(await sendChange(viewer, product, 'PATCH', '/api/projects/default', change)).toMatchObject({ status: 403 })
  }, 90_000)

  it('does not let the last admin give up the role', async () => {
    const members = card(admin, 'Members')
    const role = members.getByLabel(`Role of ${product.admin.email}`)
    await role.selectOption('viewer')
    await members
      .getByText(/admin/i)
      .filter({ hasText: /last|only|another/i })
      .first()
      .waitFor()
    await expect.poll(() => role.inputValue()).toBe('admin')
  }, 60_000)

  it('keeps what an admin decided about privacy', async () => {
    const privacy = card(admin, 'Privacy')
    const denied = privacy.getByLabel('Properties that are never stored')
    expect(await privacy.getByLabel('Honour Global Privacy Control').isChecked()).toBe(true)
    expect(await denied.inputValue()).toContain('password')

    await denied.fill(`shoe_size\n${'x'.repeat(65)}`)
    await privacy.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => denied.getAttribute('aria-invalid')).toBe('true')

    await denied.fill('shoe_size\npassword')
    await privacy.getByLabel('Honour Do Not Track, too').check()
    await privacy.getByLabel('Card numbers').uncheck()
    await privacy.getByRole('button', { name: 'Save' }).click()
    await privacy.getByText('Saved.').waitFor()
    await admin.reload()
    expect(await denied.inputValue()).toBe('shoe_size\npassword')
    expect(await privacy.getByLabel('Honour Do Not Track, too').isChecked()).toBe(true)
    expect(await privacy.getByLabel('Card numbers').isChecked()).toBe(false)
    expect(await privacy.getByLabel('E-mail addresses').isChecked()).toBe(true)
  }, 60_000)

  it('asks before it keeps rows for a shorter time, and not before it keeps them longer', async () => {
    const retention = card(admin, 'Retention')
    const days = retention.getByLabel('Events', { exact: true })
    const save = retention.getByRole('button', { name: 'Save' })
    await days.fill('a year')
    await expect.poll(() => save.isDisabled()).toBe(true)

    await days.fill('30')
    await save.click()
    await admin.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
    await save.click()
    await admin.getByRole('alertdialog').getByRole('button', { name: 'Delete older rows' }).click()
    await retention.getByText('Saved.').waitFor()
    await admin.reload()
    expect(await days.inputValue()).toBe('30')

    await days.fill('')
    await save.click()
    await retention.getByText('Saved.').waitFor()
    await admin.reload()
    expect(await days.inputValue()).toBe('')
  }, 60_000)

  it('leaves out the browser that asks for it, until it asks to be measured again', async () => {
    const own = card(admin, 'Ignore my own traffic')
    const visitDemo = async () => {
      const page = await admin.context().newPage()
      await page.goto(`${product.url}/demo`, { waitUntil: 'networkidle' })
      // The tab stays open: closing it would cut off the beacon that the page left with.
      await leavePage(page)
    }
    const countVisits = async () =>
      (await readReport(admin, product, 'events')).pages.find(({ route }) => route === '/demo')?.count

    await own.getByRole('button', { name: 'Ignore this browser' }).click()
    await own.getByText('this browser is ignored').waitFor()
    await visitDemo()
    await admin.reload()
    await own.getByRole('button', { name: 'Measure this browser again' }).click()
    await own.getByText('this browser counts').waitFor()
    await visitDemo()
    // Had the first visit been sent, it would have arrived before the second.
    await expect.poll(countVisits, { timeout: 20_000 }).toBe(1)
  }, 90_000)

  it('refuses a change that another site sends along with the admin’s cookies', async () => {
    const response = await admin.request.patch(`${product.url}/api/projects/default`, {
      headers: { origin: 'https://elsewhere.example' },
      data: { allowedOrigins: ['https://elsewhere.example'] },
    })
    expect(response.status()).toBe(403)
  })
})
