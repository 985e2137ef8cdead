// The process that serves production: ingestion by itself, everything else through Next, on PORT. Ends on SIGTERM with exit
// code 0, after the last request that it had begun is answered.
import { once } from 'node:events'
import { fileURLToPath, pathToFileURL } from 'node:url'
import next from 'next'
import { flushAll } from '../../lib/analytics/server/flush-on-exit.ts'
import { readEnv } from '../../lib/platform/env.ts'
import { toCollectorPath } from './bundle.ts'
import { type Collector, createFront } from './front.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const buildDir = process.env.GROWTH_BUILD_DIR ?? '.next'

// As `next start` does: an error that nobody waits for, such as of an answer whose reader has left, costs no other request.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`${JSON.stringify({ event: 'unexpected_error', cause })}\n`)
  })
}

const { PORT: port } = readEnv()
const app = next({ dev: false, dir: root, port, quiet: true })
const collector = (await import(pathToFileURL(toCollectorPath(root, buildDir)).href)) as Collector
// Before Next does so: an error of its own start is printed and forgotten, and then every request would fail.
try {
  collector.noteRequests()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
await app.prepare()
const front = createFront(collector, app.getRequestHandler())

let isStopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())

front.server.listen(port)
// A port that cannot be had is the end: nothing else would ever be served.
await once(front.server, 'listening').catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
})

async function stop(): Promise<void> {
  if (isStopping) return
  isStopping = true
  // What product code in this process has measured goes to this very server.
  await flushAll()
  await front.drain()
  await collector.flushIngest()
  await app.close()
  process.exit(0)
}
