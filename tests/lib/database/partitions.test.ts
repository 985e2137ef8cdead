import { expect, test } from 'vitest'
import { createPartitionsAhead } from '../../../lib/database/partitions'
import { describeStores } from '../../support/store'

describeStores('partitions ahead', () => {
  test('are there after one run, and a second one has nothing to do', async () => {
    await createPartitionsAhead()
    expect(await createPartitionsAhead()).toBe(0)
  })
})
