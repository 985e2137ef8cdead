import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildTracker } from '../../scripts/build-tracker'

/** Most bytes after gzip (DESIGN §8). The last two load only after a refusal or a change of consent. */
const BUDGET = { 't.js': 2_500, 't-vitals.js': 6_500, 't-consent.js': 1_200, 't-refusal.js': 800 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'growth-tracker-'))
  await buildTracker(folder)
})
afterAll(() => rm(folder, { recursive: true }))

test.each(Object.entries(BUDGET))('%s takes at most %d bytes of gzip', async (name, bytesMax) => {
  const bytes = await readFile(join(folder, name))
  const sizeBytes = gzipSync(bytes, { level: 9 }).length
  console.info(`${name}: ${sizeBytes} of ${bytesMax} B gzip, ${bytes.length} B raw`)
  expect(sizeBytes).toBeGreaterThan(100)
  expect(sizeBytes).toBeLessThanOrEqual(bytesMax)
})

test('t.js is a classic script: it loads its chunks by itself', async () => {
  const text = await readFile(join(folder, 't.js'), 'utf8')
  expect(text).not.toMatch(/^import\s|^export\s/m)
  expect(text).toMatch(/import\(/)
})
