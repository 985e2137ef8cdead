import { expect, test } from 'vitest'
import { createEnsurePartitions } from '../../../lib/import/ensure-partitions'

test('an import of no ordinary instant asks the store for nothing', async () => {
  // No store stands behind this process: a call would reject.
  await expect(createEnsurePartitions(Date.UTC(2026, 4))([0, Number.NaN, Date.UTC(2100, 0)])).resolves.toBeUndefined()
})
