// `npm run bench -- ingest [--store pglite|postgres] [--clients 32] [--seconds 8]`
//
// Starts the product, sends batches of 1, 10 and 100 events from so many clients on keep-alive connections, and prints events
// committed per second, latency, and the rows found afterwards. The raw limit of the same run is GET /api/health, the
// cheapest answer this Next server gives, with the same clients.
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { parseArgs } from 'node:util'
import { startPostgres } from '../support/postgres.ts'
import { startProduct } from '../support/product.ts'

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'pglite' },
    clients: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '8' },
  },
})
const clients = Number(values.clients)
const durationMs = Number(values.seconds) * 1000
const NAMES = ['$pageview', 'recipe_clicked', 'recipe_viewed', 'meal_planned', 'search', 'share', 'signed_up', 'rated']

type Answer = { status: number; body: string; latencyMs: number }
type Window = { answers: number; accepted: number; refused: number; p50Ms: number; p99Ms: number; perSecond: number }

const agent = new Agent({ keepAlive: true, maxSockets: clients })

function send(url: string, method: string, body: string | undefined, headers: Record<string, string>): Promise<Answer> {
  const startedMs = performance.now()
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text, latencyMs: performance.now() - startedMs }),
      )
    })
    call.on('error', reject)
    call.end(body)
  })
}

function createBatch(size: number): string {
  const now = Date.now()
  const anonymousId = `visitor-${Math.floor(Math.random() * 10_000)}`
  const events = Array.from({ length: size }, (_, index) => ({
    id: randomUUID(),
    event: NAMES[Math.floor(Math.random() * NAMES.length)],
    timestamp: now - index,
    properties: { plan: 'pro', position: index },
  }))
  return JSON.stringify({
    sentAt: now,
    context: { sessionId: `${anonymousId}-s`, anonymousId, route: '/recipes/[id]' },
    events,
  })
}

async function run(send1: () => Promise<Answer>, durationOfRunMs: number): Promise<Window> {
  const latencies: number[] = []
  let accepted = 0
  let refused = 0
  const startedMs = performance.now()
  const worker = async (): Promise<void> => {
    while (performance.now() - startedMs < durationOfRunMs) {
      const { status, body, latencyMs } = await send1()
      latencies.push(latencyMs)
      if (status === 202) accepted += (JSON.parse(body) as { data: { accepted: number } }).data.accepted
      else if (status !== 200) refused += 1
    }
  }
  await Promise.all(Array.from({ length: clients }, worker))
  const seconds = (performance.now() - startedMs) / 1000
  latencies.sort((a, b) => a - b)
  const at = (ratio: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * ratio))] ?? 0
  return {
    answers: latencies.length,
    accepted,
    refused,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    perSecond: latencies.length / seconds,
  }
}

const cluster = values.store === 'postgres' ? await startPostgres() : null
if (values.store === 'postgres' && !cluster) throw new Error('no Postgres binaries on this machine')
const product = await startProduct(cluster ? { databaseUrl: cluster.url } : {})
try {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${product.secretKey}` }
  console.log(`\nstore ${values.store}, ${clients} clients, ${values.seconds} s each, Node ${process.version}`)
  const limit = await run(() => send(`${product.url}/api/health`, 'GET', undefined, {}), durationMs / 2)
  console.log(
    `raw limit (GET /api/health): ${limit.perSecond.toFixed(0)} answers/s, p50 ${limit.p50Ms.toFixed(1)} ms\n`,
  )
  console.log('batch  events/s committed  answers/s  ÷ limit  p50 ms  p99 ms  not 202')
  let sent = 0
  for (const size of [1, 10, 100]) {
    const post = (): Promise<Answer> => send(`${product.url}/api/analytics/events`, 'POST', createBatch(size), headers)
    sent += (await run(post, 1_000)).accepted // warm-up
    const window = await run(post, durationMs)
    sent += window.accepted
    const cells = [
      String(size).padStart(5),
      ((window.accepted / window.answers) * window.perSecond || 0).toFixed(0).padStart(19),
      window.perSecond.toFixed(0).padStart(10),
      (window.perSecond / limit.perSecond).toFixed(2).padStart(8),
      window.p50Ms.toFixed(1).padStart(7),
      window.p99Ms.toFixed(1).padStart(7),
      String(window.refused).padStart(8),
    ]
    console.log(cells.join(' '))
  }
  const report = await send(`${product.url}/api/analytics/events?range=24h`, 'GET', undefined, headers)
  const { data } = JSON.parse(report.body) as { data: { totals: { events: number } } }
  console.log(
    `\nacknowledged ${sent}, in the table ${data.totals.events}: ${sent === data.totals.events ? 'equal' : 'NOT EQUAL'}`,
  )
} finally {
  agent.destroy()
  await product.stop()
  await cluster?.stop()
}
