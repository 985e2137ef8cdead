import { afterEach, describe, expect, it } from 'vitest'
import { createDataDir, isAlive, killIfAlive, type Product, startProduct } from '../support/product'
import { createProductStore, findStoreKinds, type ProductStore } from '../support/product-store'
import { readEventCount, sendBatch, startTraffic, type Traffic } from './traffic'

const TEST_TIMEOUT_MS = 300_000
const CLIENT_COUNT = 4
const BATCHES_BEFORE_STOP = 60

let product: Product | undefined
let store: ProductStore | undefined
afterEach(async () => {
  await product?.kill()
  await store?.delete()
  product = undefined
  store = undefined
}, 30_000)

/**
 * Proves that the product holds each acknowledged event exactly once: what is sent again is a duplicate, event by event, and
 * after the uncertain batches were delivered for certain the report counts as many events as were ever made.
 */
async function expectEachExactlyOnce(after: Product, { acknowledged, uncertain }: Traffic): Promise<void> {
  for (const batch of acknowledged) {
    expect(await sendBatch(after, batch)).toEqual({ accepted: 0, duplicates: batch.events.length, rejected: [] })
  }
  for (const batch of uncertain) {
    const answer = await sendBatch(after, batch)
    expect(answer).toMatchObject({ rejected: [] })
    if (typeof answer === 'object') expect(answer.accepted + answer.duplicates).toBe(batch.events.length)
  }
  const sentCount = [...acknowledged, ...uncertain].reduce((count, batch) => count + batch.events.length, 0)
  expect(await readEventCount(after)).toBe(sentCount)
}

describe.each(await findStoreKinds())('the product on the %s store, stopped in mid-traffic', (kind) => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends in order on %s, and every acknowledged event is there exactly once after a restart',
    async (signal) => {
      store = await createProductStore(kind)
      product = await startProduct(store.options)
      const traffic = startTraffic(product, CLIENT_COUNT)
      await traffic.untilAcknowledged(BATCHES_BEFORE_STOP)

      const exit = await product.stop(signal)
      await traffic.stop()
      expect(exit, product.output()).toEqual({ code: 0, signal: null })
      expect(product.output()).toMatch(new RegExp(`${signal}: stopping[^]*Stopped\\.\\n$`))
      expect([product.childPids.next, product.childPids.store].filter(isAlive)).toEqual([])

      product = await startProduct(store.options)
      await expectEachExactlyOnce(product, traffic)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'every acknowledged event is there exactly once after all its processes were killed',
    async () => {
      store = await createProductStore(kind)
      product = await startProduct(store.options)
      const traffic = startTraffic(product, CLIENT_COUNT)
      await traffic.untilAcknowledged(BATCHES_BEFORE_STOP)

      await product.kill()
      await traffic.stop()

      product = await startProduct(store.options)
      await expectEachExactlyOnce(product, traffic)
    },
    TEST_TIMEOUT_MS,
  )
})

describe('a child that dies', () => {
  it.each([
    ['store', 'The embedded database'],
    ['next', 'Next'],
  ] as const)(
    'takes the whole product down with a message and a non-zero exit: %s',
    async (role, name) => {
      const dataDir = createDataDir()
      product = await startProduct({ dataDir })
      const traffic = startTraffic(product, CLIENT_COUNT)
      await traffic.untilAcknowledged(20)

      killIfAlive(product.childPids[role])
      const exit = await product.ended
      await traffic.stop()
      expect(exit).toEqual({ code: 1, signal: null })
      expect(product.output()).toContain(`${name} ended unexpectedly (signal SIGKILL)`)
      expect([product.childPids.next, product.childPids.store].filter(isAlive)).toEqual([])

      product = await startProduct({ dataDir })
      await expectEachExactlyOnce(product, traffic)
    },
    TEST_TIMEOUT_MS,
  )
})

describe('the data folder', () => {
  it(
    'is refused to a second product while the first runs, and says who holds it',
    async () => {
      product = await startProduct()
      await expect(startProduct({ dataDir: product.dataDir })).rejects.toThrow(/already|in use|held|lock/i)
      expect(await readEventCount(product)).toBe(0)
    },
    TEST_TIMEOUT_MS,
  )
})
