import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findPostgresBinaries, type PostgresCluster, startOwnPostgres } from '../support/postgres'
import { type Product, startProduct } from '../support/product'
import { createPostgresStore, type ProductStore } from '../support/product-store'
import { hasRedis, type RedisOptions, type RedisServer, startRedis } from '../support/redis'
import { countOutcomes, type Load, startLoad, type Target } from './load'
import { expectEachExactlyOnce } from './recount'

const JOB_SECRET = 'job_secret_of_the_fault_tests_0123456789'
const TEST_TIMEOUT_MS = 240_000

type DrainAnswer = { drained: number; duplicates: number; parked: number; left: number; isBusy: boolean }

describe.skipIf(!(hasRedis && (await findPostgresBinaries())))('the spill, with Postgres killed in mid-traffic', () => {
  let cluster: PostgresCluster
  let store: ProductStore
  let redis: RedisServer
  let load: Load | undefined
  const products: Product[] = []

  beforeAll(async () => {
    cluster = (await startOwnPostgres()) as PostgresCluster
  })
  afterEach(async () => {
    await load?.abandon()
    await Promise.all(products.splice(0).map((product) => product.kill()))
    await redis?.kill()
    await cluster.restart() // where a test failed before it did so
  }, 30_000)
  afterAll(() => cluster?.stop())

  /** A Redis and an empty database for one test. */
  async function arrange(options: RedisOptions = {}): Promise<void> {
    redis = await startRedis(options)
    store = await createPostgresStore(cluster.url)
  }

  async function start(): Promise<Product> {
    const env = { REDIS_URL: redis.url, GROWTH_JOB_SECRET: JOB_SECRET }
    const product = await startProduct({ databaseUrl: store.options.databaseUrl as string, env })
    products.push(product)
    return product
  }

  const readEntryCount = async (): Promise<number> => Number(await redis.call('XLEN', 'growth:spill'))

  it(
    'keeps 202 for what Redis has, survives the loss of Redis too, and hands everything on once',
    async () => {
      await arrange()
      const product = await start()
      load = startLoad([product], 8)
      await load.until((now) => countOutcomes(now, 202) >= 50)

      await cluster.kill()
      await load.until((now) => now.sums.spilled >= 500)
      const { port, dir } = redis
      await redis.kill()
      const refusedBefore = countOutcomes(load, 503)
      await load.until((now) => countOutcomes(now, 503) >= refusedBefore + 20)
      redis = await startRedis({ port, dir })
      const spilledBefore = load.sums.spilled
      await load.until((now) => now.sums.spilled >= spilledBefore + 500)
      expect(await readEntryCount()).toBeGreaterThan(0)

      await cluster.restart()
      const acceptedBefore = load.sums.accepted - load.sums.spilled
      await load.until((now) => now.sums.accepted - now.sums.spilled >= acceptedBefore + 200)
      await load.finish()
      await drainAll(product)
      expect(await readEntryCount()).toBe(0)
      expect(await product.stop()).toEqual({ code: 0, signal: null })
      await expectEachExactlyOnce(store, load)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'hands everything on once while several instances empty it and the one at work is killed again and again',
    async () => {
      await arrange()
      const pair: [Product, Product] = [await start(), await start()]
      let killedAtWork = 0
      load = startLoad([toTarget(pair, 0), toTarget(pair, 1)], 8)
      for (const round of [1, 2, 3]) {
        // An instance that never knew the key has nothing to spill for.
        const answeredBefore = countOutcomes(load, 202)
        await load.until((now) => countOutcomes(now, 202) >= answeredBefore + 40)
        await cluster.kill()
        const spilledBefore = load.sums.spilled
        await load.until((now) => now.sums.spilled >= spilledBefore + 1_500 * round)
        await cluster.restart()
        const { victim, isAtWork } = await findDrainer(pair)
        if (isAtWork) killedAtWork += 1
        await pair[victim].kill()
        pair[victim] = await start()
      }
      await load.finish()
      await drainAll(pair[0])
      expect(killedAtWork).toBeGreaterThan(0)
      expect(await readEntryCount()).toBe(0)
      for (const product of pair) expect(await product.stop()).toEqual({ code: 0, signal: null })
      await expectEachExactlyOnce(store, load)
    },
    TEST_TIMEOUT_MS,
  )

  it.each([
    ['that keeps nothing on disk', { appendonly: false }],
    ['that evicts', { maxmemoryPolicy: 'allkeys-lru', maxmemory: '64mb' }],
  ] as const)(
    'does not trust a Redis %s: 503, and the senders keep their events',
    async (_, options) => {
      await arrange(options)
      const product = await start()
      load = startLoad([product], 4)
      await load.until((now) => countOutcomes(now, 202) >= 20)
      await cluster.kill()
      await load.until((now) => countOutcomes(now, 503) >= 20)
      expect(load.sums.spilled).toBe(0)
      expect(await readEntryCount()).toBe(0)
      await cluster.restart()
      await load.finish()
      expect(load.sums.spilled).toBe(0)
      expect(await product.stop()).toEqual({ code: 0, signal: null })
      await expectEachExactlyOnce(store, load)
    },
    TEST_TIMEOUT_MS,
  )

  /** Asks one instance to empty the spill, and says which one is at it as soon as entries begin to leave. */
  async function findDrainer(pair: readonly [Product, Product]): Promise<{ victim: 0 | 1; isAtWork: boolean }> {
    const before = await readEntryCount()
    let asked: DrainAnswer | 'gone' | undefined
    void drain(pair[0]).then((answer) => {
      asked = answer
    })
    while (asked === undefined && (await readEntryCount()) >= before) {
      // Redis' next answer is the next look: entries leave within a few of them.
    }
    const isOtherAtWork = typeof asked === 'object' && asked.isBusy
    return { victim: isOtherAtWork ? 1 : 0, isAtWork: asked === undefined || isOtherAtWork }
  }
})

/** Where an instance of the pair is at any time: the one that takes the place of a killed one has another port. */
function toTarget(pair: readonly [Product, Product], place: 0 | 1): Target {
  return {
    get url() {
      return pair[place].url
    },
    secretKey: pair[place].secretKey,
  }
}

/** What the job answers; `gone` when the instance ended meanwhile, or the store is not there yet. */
async function drain({ url }: Product): Promise<DrainAnswer | 'gone'> {
  try {
    const response = await fetch(`${url}/api/jobs/drain-spill`, {
      method: 'POST',
      headers: { authorization: `Bearer ${JOB_SECRET}` },
    })
    const body = (await response.json()) as { data?: DrainAnswer }
    return body.data ?? 'gone'
  } catch {
    return 'gone'
  }
}

/** Runs the job until nothing is left: a lease of an instance that was killed first runs out. */
async function drainAll(product: Product): Promise<void> {
  await expect
    .poll(() => drain(product), { timeout: 60_000, interval: 100 })
    .toMatchObject({ left: 0, isBusy: false, parked: 0 })
}
