import { afterEach, describe, expect, it } from 'vitest'
import { findFreePort } from '../support/postgres'
import { createDataDir, isAlive, killIfAlive, type Product, startProduct } from '../support/product'
import { createProductStore, findStoreKinds, type ProductStore } from '../support/product-store'
import { countOutcomes, type Load, startLoad } from './load'
import { expectEachExactlyOnce } from './recount'

const TEST_TIMEOUT_MS = 300_000
const CLIENT_COUNT = 4

let product: Product | undefined
let store: ProductStore | undefined
let load: Load | undefined
afterEach(async () => {
  await load?.abandon()
  await product?.kill()
  await store?.delete()
  product = undefined
  store = undefined
  load = undefined
}, 30_000)

/** Ends what was begun by the clients, and stops the product, so that its store can be read. */
async function settle(): Promise<void> {
  await load?.finish()
  expect(await product?.stop(), product?.output()).toEqual({ code: 0, signal: null })
}

describe.each(await findStoreKinds())('the product on the %s store, stopped in mid-traffic', (kind) => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends in order on %s, and every event is there exactly once after a restart',
    async (signal) => {
      store = await createProductStore(kind)
      const options = { ...store.options, port: await findFreePort() }
      product = await startProduct(options)
      load = startLoad([product], CLIENT_COUNT)
      await load.until((now) => countOutcomes(now, 202) >= 60)

      const exit = await product.stop(signal)
      expect(exit, product.output()).toEqual({ code: 0, signal: null })
      expect(product.output()).toMatch(new RegExp(`${signal}: stopping[^]*Stopped\\.\\n$`))
      expect([product.childPids.next, product.childPids.store].filter(isAlive)).toEqual([])

      product = await startProduct(options)
      await settle()
      await expectEachExactlyOnce(store, load)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'holds every event exactly once after all its processes were killed again and again',
    async () => {
      store = await createProductStore(kind)
      const options = { ...store.options, port: await findFreePort() }
      product = await startProduct(options)
      load = startLoad([product], CLIENT_COUNT)
      for (const goal of [60, 120]) {
        await load.until((now) => countOutcomes(now, 202) >= goal)
        await product.kill()
        product = await startProduct(options)
      }
      await settle()
      expect(countOutcomes(load, 'gone')).toBeGreaterThan(0)
      await expectEachExactlyOnce(store, load)
    },
    TEST_TIMEOUT_MS,
  )
})

describe('a child that dies', () => {
  it.each([
    ['store', 'The embedded database'],
    ['next', 'Next'],
  ] as const)(
    'takes the whole product down with a message and a non-zero exit, and no event with it: %s',
    async (role, name) => {
      store = await createProductStore('embedded')
      const options = { ...store.options, port: await findFreePort() }
      product = await startProduct(options)
      load = startLoad([product], CLIENT_COUNT)
      await load.until((now) => countOutcomes(now, 202) >= 40)

      killIfAlive(product.childPids[role])
      const exit = await product.ended
      expect(exit).toEqual({ code: 1, signal: null })
      expect(product.output()).toContain(`${name} ended unexpectedly (signal SIGKILL)`)
      expect([product.childPids.next, product.childPids.store].filter(isAlive)).toEqual([])

      product = await startProduct(options)
      await settle()
      await expectEachExactlyOnce(store, load)
    },
    TEST_TIMEOUT_MS,
  )
})

describe('the data folder', () => {
  it(
    'is refused to a second product while the first runs, and says who holds it',
    async () => {
      const dataDir = createDataDir()
      product = await startProduct({ dataDir })
      await expect(startProduct({ dataDir })).rejects.toThrow(/already|in use|held|lock/i)
      expect((await fetch(`${product.url}/api/ready`)).status).toBe(200)
    },
    TEST_TIMEOUT_MS,
  )
})
