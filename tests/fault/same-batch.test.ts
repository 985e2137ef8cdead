import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import type { CollectAnswer } from '@/lib/contracts/collect-answer'
import { type Product, startProduct } from '../support/product'
import { createProductStore, hasPostgres, type ProductStore } from '../support/product-store'
import { type ItemState, sendBatch } from './load'
import { recount } from './recount'

const COPIES = 50
const ITEM_COUNT = 40

const products: Product[] = []
let store: ProductStore | undefined
afterEach(async () => {
  await Promise.all(products.splice(0).map((each) => each.kill()))
  await store?.delete()
}, 30_000)

const PLACES = [
  { place: 'one instance on the embedded store', kind: 'embedded', instances: 1 },
  ...((await hasPostgres())
    ? ([
        { place: 'one instance on Postgres', kind: 'postgres', instances: 1 },
        { place: 'two instances on one Postgres', kind: 'postgres', instances: 2 },
      ] as const)
    : []),
] as const

it.each(PLACES)(
  'stores and counts one batch once that is sent 50 times at the same time: $place',
  async ({ kind, instances }) => {
    const ownStore = await createProductStore(kind)
    store = ownStore
    for (let instance = 0; instance < instances; instance += 1) products.push(await startProduct(ownStore.options))
    const batch = createBatch()

    const outcomes = await Promise.all(
      Array.from({ length: COPIES }, (_, copy) => sendBatch(products[copy % instances] as Product, batch)),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(Array(COPIES).fill(202))
    const answers = outcomes.map((outcome) => (outcome as { answer: CollectAnswer }).answer)
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(ITEM_COUNT)
    expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(ITEM_COUNT * (COPIES - 1))
    expect(answers.flatMap(({ rejected }) => rejected)).toEqual([])

    for (const product of products) expect(await product.stop()).toEqual({ code: 0, signal: null })
    const sent = new Map<string, ItemState>(batch.events.map(({ id }) => [id, 'acknowledged']))
    expect(await recount(ownStore, sent)).toEqual({
      lost: [],
      doubled: [],
      foreign: [],
      wrongCounts: [],
      wrongProfiles: [],
    })
    const [profile] = await ownStore.read('select total_events::int as events from public.user_profiles')
    expect(profile).toEqual({ events: ITEM_COUNT - ITEM_COUNT / 4 })
  },
  300_000,
)

/** Thirty events of one user and ten conversions. */
function createBatch(): { events: ({ id: string } & Record<string, unknown>)[] } {
  const timestamp = Date.now()
  const events = Array.from({ length: ITEM_COUNT }, (_, index) => {
    const shared = { id: randomUUID(), timestamp, userId: 'baker' }
    if (index % 4 > 0) return { ...shared, type: 'event', event: `event-${index % 3}` }
    return { ...shared, type: 'conversion', funnel: 'bakery', step: 'ordered' }
  })
  return { events }
}
