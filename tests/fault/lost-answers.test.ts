import { afterEach, expect, it } from 'vitest'
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy'
import { type Product, startProduct } from '../support/product'
import { createProductStore, findStoreKinds, type ProductStore } from '../support/product-store'
import { countOutcomes, type Load, startLoad } from './load'
import { expectEachExactlyOnce } from './recount'

let product: Product | undefined
let store: ProductStore | undefined
let load: Load | undefined
let proxy: CuttingProxy | undefined
afterEach(async () => {
  await load?.abandon()
  await proxy?.close()
  await product?.kill()
  await store?.delete()
}, 30_000)

it.each(await findStoreKinds())(
  'stores once what clients send again because the answer got lost on its way (%s)',
  async (kind) => {
    store = await createProductStore(kind)
    product = await startProduct(store.options)
    let answerCount = 0
    proxy = await startCuttingProxy(Number(new URL(product.url).port), () => answerCount++ % 3 !== 2)
    load = startLoad([{ url: proxy.url, secretKey: product.secretKey }], 8)
    await load.until((now) => countOutcomes(now, 202) >= 200)
    await load.finish()

    // Of every attempt that was cut the rows were stored, so each is followed by duplicates.
    expect(countOutcomes(load, 'gone')).toBe(proxy.readCutCount())
    expect(load.sums.duplicates).toBeGreaterThan(0)
    expect(load.sums.accepted + load.sums.duplicates).toBe(load.items.size)
    expect(await product.stop()).toEqual({ code: 0, signal: null })
    await expectEachExactlyOnce(store, load)
  },
  300_000,
)
