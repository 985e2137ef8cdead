import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findPostgresBinaries, type PostgresCluster, startOwnPostgres } from '../support/postgres'
import { isAlive, type Product, startProduct } from '../support/product'
import { createPostgresStore, type ProductStore } from '../support/product-store'
import { countOutcomes, type Load, startLoad } from './load'
import { expectEachExactlyOnce } from './recount'

describe.skipIf(!(await findPostgresBinaries()))('own Postgres, killed in mid-traffic', () => {
  let cluster: PostgresCluster
  let store: ProductStore | undefined
  let product: Product | undefined
  let load: Load | undefined

  beforeAll(async () => {
    cluster = (await startOwnPostgres()) as PostgresCluster
  })
  afterEach(async () => {
    await load?.abandon()
    await product?.kill()
  })
  afterAll(() => cluster?.stop())

  it('is answered for with 503 and Retry-After, and holds every event exactly once when it is back', async () => {
    store = await createPostgresStore(cluster.url)
    product = await startProduct(store.options)
    load = startLoad([product], 8)
    for (const round of [1, 2, 3]) {
      const acknowledgedBefore = countOutcomes(load, 202)
      await load.until((now) => countOutcomes(now, 202) >= acknowledgedBefore + 50)
      const refusedBefore = countOutcomes(load, 503)
      await cluster.kill()
      await load.until((now) => countOutcomes(now, 503) >= refusedBefore + 20)
      expect((await fetch(`${product.url}/api/ready`)).status).toBe(503)
      expect((await fetch(`${product.url}/api/health`)).status, `alive in round ${round}`).toBe(200)
      await cluster.restart()
    }
    await load.finish()
    expect([product.pid, product.childPids.next, product.childPids.store].every(isAlive)).toBe(true)
    expect(await product.stop()).toEqual({ code: 0, signal: null })
    await expectEachExactlyOnce(store, load)
  }, 120_000)
})
