import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { flushAll, flushOnExit } from '@/lib/analytics/server/flush-on-exit'
import { startCollector } from '../support/collector'

const root = join(import.meta.dirname, '../../../..')
let folder: string
let collector: Awaited<ReturnType<typeof startCollector>>
const children = new Set<ChildProcess>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'growth-exit-'))
  const contents = `
    import { createServerAnalytics } from './lib/analytics/server/create-server-analytics'
    const settings = JSON.parse(process.argv[2])
    const analytics = createServerAnalytics({ secretKey: 'sk_1', flushInterval: 60_000, ...settings })
    analytics.track('last words')
    if (settings.lives) setInterval(() => {}, 60_000)
    if (settings.ownExitCode) process.on('SIGTERM', () => setTimeout(() => process.exit(settings.ownExitCode), 500))
    console.log('tracked')`
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile: join(folder, 'app.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
  })
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  collector = await startCollector()
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await collector.close()
})

/** A process that tracks one event, and what became of it. */
async function run(settings: Record<string, unknown> = {}) {
  const given = JSON.stringify({ endpoint: `${collector.origin}/_g`, ...settings })
  const child = spawn(process.execPath, [join(folder, 'app.mjs'), given], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('close', (code, signal) => {
      children.delete(child)
      resolve([code, signal])
    })
  })
  await new Promise((wake) => child.stdout.once('data', wake))
  return { child, ended }
}

test('a process that has nothing left to do sends what is queued and ends', async () => {
  const { ended } = await run()
  expect(await ended).toEqual([0, null])
  expect(collector.events()).toMatchObject([{ event: 'last words' }])
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  'a process asked to end by %s sends what is queued, then ends by it',
  async (signal) => {
    const { child, ended } = await run({ lives: true })
    child.kill(signal)
    expect(await ended).toEqual([null, signal])
    expect(collector.events()).toMatchObject([{ event: 'last words' }])
  },
)

test('where others listen for the signal, when the process ends is theirs to say', async () => {
  const { child, ended } = await run({ lives: true, ownExitCode: 7 })
  child.kill('SIGTERM')
  expect(await ended).toEqual([7, null])
  expect(collector.events()).toHaveLength(1)
})

test('without handlesSignals a signal does what it always did', async () => {
  const { child, ended } = await run({ lives: true, handlesSignals: false })
  child.kill('SIGTERM')
  expect(await ended).toEqual([null, 'SIGTERM'])
  expect(collector.events()).toHaveLength(0)
})

test('a collector that cannot take it holds the end up no longer than a flush may take', async () => {
  collector.answerAlways({ status: 503 })
  const { ended } = await run({ flushTimeoutMs: 100 })
  expect(await ended).toEqual([0, null])
  expect(collector.events().length).toBeGreaterThan(0)
})

test.each([
  ['no process', undefined],
  ['a process with settings alone', { env: {} }],
  ['a process whose functions throw, as on the edge of Next', { env: {}, on: () => expect.fail('not supported') }],
])('with %s it does nothing', (_name, host) => {
  vi.stubGlobal('process', host)
  const undo = flushOnExit(async () => {}, true)
  vi.unstubAllGlobals()
  expect(undo).not.toThrow()
})

test('a server about to stop listening can have all instances flush first, and one that fails holds up no other', async () => {
  let flushedCount = 0
  const undoings = [
    flushOnExit(() => Promise.reject(new Error('no')), true),
    flushOnExit(async () => {
      flushedCount += 1
    }, true),
  ]
  await flushAll()
  for (const undo of undoings) undo()
  await flushAll()
  expect(flushedCount).toBe(1)
})

test('undone, it leaves no listener behind', () => {
  const before = process.listenerCount('beforeExit')
  const undo = flushOnExit(async () => {}, false)
  expect(process.listenerCount('beforeExit')).toBe(before + 1)
  undo()
  expect(process.listenerCount('beforeExit')).toBe(before)
})
