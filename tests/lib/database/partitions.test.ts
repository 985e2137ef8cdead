import { expect, test } from 'vitest'
import { createPartitions, createPartitionsAhead } from '../../../lib/database/partitions'
import { describeStores } from '../../support/store'

describeStores('partitions ahead', () => {
  test('are there after one run, and a second one has nothing to do', async () => {
    await createPartitionsAhead()
    expect(await createPartitionsAhead()).toBe(0)
  })

  test('of a range are made once', async () => {
    const range = { fromMs: Date.UTC(2011, 0, 31), toMs: Date.UTC(2011, 1, 1) + 1 }
    expect(await createPartitions(range)).toBeGreaterThan(0)
    expect(await createPartitions(range)).toBe(0)
  })
})
