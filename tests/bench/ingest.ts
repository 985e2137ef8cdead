// `npm run bench -- ingest [--quick] [--store postgres|pglite] [--seconds 8] [--clients 32,128] [--batches 1,10,100]
//                          [--stored 10000000]`
//
// Starts the product, on Postgres in a temporary cluster of its own whose commits wait for the disk, and drives it with so
// many clients on connections that stay open. Prints events per second that were answered 202, latency, what each process took, and whether the
// table holds what was acknowledged; in the same run the two raw limits; then the same again over a table that holds
// 10 million events already. Figures only: what else this machine does at the time is in them.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import postgres from 'postgres'
import { startPostgres } from '../support/postgres.ts'
import { type Product, startProduct } from '../support/product.ts'
import { type BareEdge, startBareEdge } from './ingest/bare-edge.ts'
import { measureBareInsert } from './ingest/bare-insert.ts'
import type { LoadFigures, LoadOptions } from './ingest/load.ts'
import { findFamily, type Group, startUsage, type Usage } from './ingest/process-usage.ts'
import { storeEvents } from './ingest/stored-events.ts'

const run = promisify(execFile)

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    store: { type: 'string', default: 'postgres' },
    seconds: { type: 'string' },
    clients: { type: 'string' },
    batches: { type: 'string' },
    stored: { type: 'string' },
  },
})
const toNumbers = (text: string): number[] => text.split(',').map(Number)
const isPostgres = values.store === 'postgres'
const plan = {
  durationMs: Number(values.seconds ?? (values.quick ? 4 : 8)) * 1_000,
  clients: toNumbers(values.clients ?? (values.quick ? '32' : '32,128')),
  batches: toNumbers(values.batches ?? (values.quick ? '10' : '1,10,100')),
  // PGlite is for trying out, and 10 million events are not.
  stored: isPostgres ? Number(values.stored ?? (values.quick ? 0 : 10_000_000)) : 0,
}
const WARM_UP_MS = 2_000
const PATH = '/api/analytics/events'

type Target = { port: number; path: string; headers: Readonly<Record<string, string>>; groups: readonly Group[] }
type Measured = LoadFigures & { usage: readonly Usage[] }

const print = (line = ''): void => void process.stdout.write(`${line}\n`)

async function drive(options: LoadOptions): Promise<LoadFigures> {
  const { stdout } = await run(process.execPath, ['tests/bench/ingest/load.ts', JSON.stringify(options)])
  return JSON.parse(stdout) as LoadFigures
}

async function measure(
  { groups, ...address }: Target,
  options: { clients: number; batchSize: number; durationMs: number },
): Promise<Measured> {
  const readUsage = startUsage(groups)
  const figures = await drive({ ...address, ...options })
  return { ...figures, usage: [...readUsage(), { name: 'generator', cpuSeconds: figures.cpuSeconds, peakMiB: 0 }] }
}

const toEventsPerSecond = ({ accepted, seconds }: LoadFigures): number => accepted / seconds

const HEAD =
  ' clients  batch   events/s  answers/s  ÷ bare edge   p50 ms   p99 ms  not 202   CPU s per second, peak MiB'

/** One line of the table; `bare` is what the bare edge route reached with the same clients and bodies. */
function toLine(
  measured: Measured,
  { clients, batchSize, bare }: { clients: number; batchSize: number; bare?: number },
): string {
  const cells = [
    String(clients).padStart(8),
    String(batchSize).padStart(6),
    toEventsPerSecond(measured).toFixed(0).padStart(10),
    (measured.answers / measured.seconds).toFixed(0).padStart(10),
    (bare === undefined ? '' : (toEventsPerSecond(measured) / bare).toFixed(2)).padStart(12),
    measured.p50Ms.toFixed(1).padStart(8),
    measured.p99Ms.toFixed(1).padStart(8),
    String(measured.refused).padStart(8),
  ]
  const usage = measured.usage.map(({ name, cpuSeconds, peakMiB }) => {
    const memory = peakMiB > 0 ? ` ${peakMiB.toFixed(0)}` : ''
    return `${name} ${(cpuSeconds / measured.seconds).toFixed(2)}${memory}`
  })
  return `${cells.join(' ')}   ${usage.join(', ')}`
}

/** Every combination of clients and batch size against one target, each after a moment of warming up. */
async function measureAll(
  target: Target,
  bare: ReadonlyMap<string, number>,
): Promise<{ sent: number; figures: Map<string, number> }> {
  const figures = new Map<string, number>()
  let sent = 0
  print(HEAD)
  for (const clients of plan.clients) {
    for (const batchSize of plan.batches) {
      sent += (await measure(target, { clients, batchSize, durationMs: WARM_UP_MS })).accepted
      const measured = await measure(target, { clients, batchSize, durationMs: plan.durationMs })
      sent += measured.accepted
      const key = `${clients}×${batchSize}`
      figures.set(key, toEventsPerSecond(measured))
      const limit = bare.get(key)
      print(toLine(measured, { clients, batchSize, ...(limit !== undefined && { bare: limit }) }))
    }
  }
  return { sent, figures }
}

/** The first raw limit, for the same clients and bodies. */
async function measureBareEdge(): Promise<ReadonlyMap<string, number>> {
  print(
    '\nRaw limit: a bare edge route of a Next of its own, which parses the same body, answers the same and stores nothing',
  )
  const edge: BareEdge = await startBareEdge()
  try {
    const groups = [{ name: 'Next', pids: () => [edge.process.pid as number] }]
    return (await measureAll({ port: edge.port, path: '/in', headers: HEADERS, groups }, new Map())).figures
  } finally {
    await edge.stop()
  }
}

const HEADERS = { 'Content-Type': 'application/json' }

async function toTarget(product: Product, databaseUrl: string | undefined): Promise<Target> {
  const groups: Group[] = [{ name: 'server', pids: () => [product.childPids.next] }]
  const { store } = product.childPids
  if (store !== null) groups.push({ name: 'store server', pids: () => [store] })
  if (databaseUrl) {
    const postmaster = await readPostmasterPid(databaseUrl)
    groups.push({ name: 'Postgres', pids: () => findFamily(postmaster) })
  }
  const headers = { ...HEADERS, Authorization: `Bearer ${product.secretKey}` }
  return { port: Number(new URL(product.url).port), path: PATH, headers, groups }
}

async function ask<Row>(databaseUrl: string, statement: string): Promise<Row> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    const [row] = await sql.unsafe(statement)
    return row as Row
  } finally {
    await sql.end()
  }
}

async function readPostmasterPid(databaseUrl: string): Promise<number> {
  const { data_directory: folder } = await ask<{ data_directory: string }>(databaseUrl, 'show data_directory')
  return Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0])
}

/** Rows of the table where it can be asked, else what the product's own report says. */
async function countStored(product: Product, databaseUrl: string | undefined): Promise<number> {
  if (databaseUrl)
    return Number((await ask<{ count: string }>(databaseUrl, 'select count(*) from public.user_events')).count)
  const headers = { Authorization: `Bearer ${product.secretKey}` }
  const report = await fetch(`${product.url}${PATH}?range=24h`, { headers })
  return ((await report.json()) as { data: { totals: { events: number } } }).data.totals.events
}

/** A lone client on an idle server: what waiting for company would show in. */
async function measureLoneClient(target: Target): Promise<number> {
  const measured = await measure(target, { clients: 1, batchSize: 1, durationMs: plan.durationMs / 2 })
  print(
    `\nA lone client, one event at a time: p50 ${measured.p50Ms.toFixed(2)} ms, p99 ${measured.p99Ms.toFixed(2)} ms`,
  )
  return measured.accepted
}

const isEqual = (sent: number, stored: number): string =>
  `acknowledged ${sent}, in the table ${stored}: ${sent === stored ? 'equal' : 'NOT EQUAL'}`

const cluster = isPostgres ? await startPostgres({ isDurable: true }) : null
if (isPostgres && !cluster) throw new Error('no Postgres binaries on this machine')
const product = await startProduct(cluster ? { databaseUrl: cluster.url } : {})
try {
  const target = await toTarget(product, cluster?.url)
  const version = cluster
    ? (await ask<{ version: string }>(cluster.url, 'select version()')).version.split(' (')[0]
    : 'PGlite'
  print(
    `\n${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${version}, ${plan.durationMs / 1_000} s each`,
  )
  const bare = await measureBareEdge()

  print(`\nThe product, POST ${PATH}, over an empty table`)
  const empty = await measureAll(target, bare)
  let sent = empty.sent + (await measureLoneClient(target))
  print(isEqual(sent, await countStored(product, cluster?.url)))

  if (cluster) {
    const rowsPerSecond = await measureBareInsert(cluster.url)
    print(
      `\nRaw limit: insert … select from jsonb, one connection, 320 rows a statement: ${rowsPerSecond.toFixed(0)} rows/s`,
    )
    for (const [key, eventsPerSecond] of empty.figures) {
      print(`  the product at ${key}: ${(eventsPerSecond / rowsPerSecond).toFixed(2)} of it`)
    }
  }
  if (cluster && plan.stored > 0) {
    print(`\nThe same over ${plan.stored} events of 30 days`)
    await storeEvents(cluster.url, plan.stored, (stored) => print(`  stored ${stored}`))
    const full = await measureAll(target, bare)
    sent += full.sent + (await measureLoneClient(target))
    print(isEqual(sent, (await countStored(product, cluster.url)) - plan.stored))
    for (const [key, eventsPerSecond] of full.figures) {
      print(`  at ${key}: ${(eventsPerSecond / (empty.figures.get(key) as number)).toFixed(2)} of the empty table`)
    }
  }
} finally {
  await product.stop()
  await cluster?.stop()
}
