import { afterEach, expect, test, vi } from 'vitest'
import { createSaltCache } from '../../../lib/database/visitor-salts'
import { describeStores } from '../../support/store'

const DAY_MS = 86_400_000
const today = () => Math.floor(Date.now() / DAY_MS)

afterEach(() => vi.useRealTimers())

describeStores('the salt of the day', (store) => {
  test('is one for the whole install and another each day', async () => {
    const [one, another] = [createSaltCache(), createSaltCache()]
    const salts = await Promise.all([one(today()), one(today()), another(today())])
    expect(salts[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(salts).size).toBe(1)
    expect(await one(today() - 1)).not.toBe(salts[0])
  })

  test('is asked for once', async () => {
    const salt = createSaltCache()
    const first = await salt(today())
    await store.sql('delete from public.visitor_salts')
    expect(await salt(today())).toBe(first)
    expect(await createSaltCache()(today())).not.toBe(first)
  })
})

test('concurrent askers share one read', async () => {
  let reads = 0
  const salt = createSaltCache(async (day) => `${day}:${++reads}`)
  const day = today()
  expect(await Promise.all([salt(day), salt(day), salt(day)])).toEqual([`${day}:1`, `${day}:1`, `${day}:1`])
})

test('is null while the store is away, and read again after some seconds', async () => {
  const nowMs = 30 * DAY_MS
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs })
  let reads = 0
  const salt = createSaltCache(async () => {
    reads += 1
    if (reads < 3) throw new Error('away')
    return 'salt'
  })
  expect(await salt(30)).toBeNull()
  expect(await salt(30)).toBeNull()
  expect(reads).toBe(1)
  vi.setSystemTime(nowMs + 5_000)
  expect(await salt(30)).toBeNull()
  vi.setSystemTime(nowMs + 10_000)
  expect(await salt(30)).toBe('salt')
  expect(reads).toBe(3)
})

test('is nothing for a day whose salt does not exist yet or is destroyed, also when it was known', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 30 * DAY_MS })
  const asked: number[] = []
  const salt = createSaltCache(async (day) => {
    asked.push(day)
    return `salt ${day}`
  })
  expect(await Promise.all([28, 29, 30, 31, 32, Number.NaN].map(salt))).toEqual([
    null,
    'salt 29',
    'salt 30',
    'salt 31',
    null,
    null,
  ])
  vi.setSystemTime(31 * DAY_MS)
  expect([await salt(29), await salt(30), asked]).toEqual([null, 'salt 30', [29, 30, 31]])
})
