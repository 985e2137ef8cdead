// `npm run bench -- queries [--events 10000000] [--days 90] [--store postgres|pglite] [--samples 7] [--ranges 24h,7d,30d,90d]
//                           [--only NAME] [--database URL]`
//
// Loads a product's life (queries/load.ts) into a store of its own, rolls it up, starts the product on it and asks what the
// dashboard asks, over HTTP with a secret key. Prints for each question and range the first answer after Postgres was started
// anew (cold: its buffers are empty, the operating system's cache is not) and p50 and p95 of the following ones (warm); then
// bytes per event by table and index; and in the same run a bare count(*) over the same rows as the raw limit. --only asks the
// questions whose name contains it. --database asks a Postgres that holds such a load already, and skips loading and cold
// answers. Figures only.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { rebuildRollups } from '../../scripts/launch/rebuild-rollups.ts'
import { type Product, startProduct } from '../support/product.ts'
import {
  createPgliteHistory,
  createPostgresHistory,
  type HistoryStore,
  toPostgresHistory,
} from './queries/history-store.ts'
import { type HistoryDatabase, loadHistory } from './queries/load.ts'
import { PANELS, QUESTIONS, type Question } from './queries/questions.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '10000000' },
    days: { type: 'string', default: '90' },
    store: { type: 'string', default: 'postgres' },
    samples: { type: 'string', default: '7' },
    ranges: { type: 'string', default: '24h,7d,30d,90d' },
    only: { type: 'string', default: '' },
    database: { type: 'string' },
  },
})
const ranges = values.ranges.split(',')
const samples = Number(values.samples)
const RANGE_DAYS: Readonly<Record<string, number>> = { '24h': 1, '7d': 7, '30d': 30, '90d': 90 }

const print = (line = ''): void => void process.stdout.write(`${line}\n`)

/** The nearest-rank percentile of unsorted figures. */
function toPercentile(figures: readonly number[], ratio: number): number {
  const sorted = [...figures].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * ratio) - 1)] ?? Number.NaN
}

async function ask(product: Product, { path, query, body }: Question, range: string): Promise<number> {
  const headers = { Authorization: `Bearer ${product.secretKey}`, 'Content-Type': 'application/json' }
  const search = body ? '' : `?${new URLSearchParams({ range, ...query })}`
  const startedMs = performance.now()
  const answer = await fetch(`${product.url}${path}${search}`, {
    headers,
    ...(body && { method: 'POST', body: JSON.stringify({ range, ...body }) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 300)}`)
  return performance.now() - startedMs
}

/** The raw limit: the same rows, merely counted. */
async function countBare(database: HistoryDatabase, range: string): Promise<{ rows: number; ms: number }> {
  const toMs = Date.now()
  const fromMs = toMs - (RANGE_DAYS[range] ?? 1) * 86_400_000
  const figures: number[] = []
  let rows = 0
  for (let sample = 0; sample < samples; sample += 1) {
    const startedMs = performance.now()
    const [row] = await database.unsafe(
      'select count(*)::int as rows from public.user_events where project_id = 1 and timestamp >= $1 and timestamp < $2',
      [fromMs, toMs],
    )
    figures.push(performance.now() - startedMs)
    rows = Number(row?.rows)
  }
  return { rows, ms: toPercentile(figures, 0.5) }
}

/** Tables of rows that are no events. */
const OTHER_LANES = /^(performance|vital|ai|database|call)_/

async function printStorage(database: HistoryDatabase): Promise<void> {
  const [counted] = await database.unsafe(`
    select
      (select count(*)::int from public.user_events) as count,
      (select count(*)::int from public.conversions) as conversions`)
  const parts = await database.unsafe(`
    with part as (
      select c.oid, coalesce(nullif(regexp_replace(c.relname, '_(default|[0-9]{6})$', ''), ''), c.relname) as "table"
      from pg_class as c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    )
    select "table", 'rows' as part, sum(pg_table_size(oid))::float8 as bytes from part group by 1
    union all
    select "table", regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING btree ', ''), sum(pg_relation_size(i.indexrelid))::float8
    from part join pg_index as i on i.indrelid = part.oid group by 1, 2
    order by 3 desc`)
  const count = Number(counted?.count)
  print(`\nBytes per event, over ${count} events (vitals, AI calls and queries are rows of their own kind)`)
  for (const { table, part, bytes } of parts) {
    const each = Number(bytes) / count
    if (each >= 0.05) print(`${each.toFixed(1).padStart(8)}  ${table} ${part}`)
  }
  const sum = parts
    .filter(({ table }) => !OTHER_LANES.test(String(table)))
    .reduce((all, { bytes }) => all + Number(bytes), 0)
  const rows = count + Number(counted?.conversions)
  print(
    `${(sum / rows).toFixed(1).padStart(8)}  for each of ${rows} events and conversions, all that is kept of them (budget 300)`,
  )
}

async function printAnswers(
  product: Product,
  questions: readonly Question[],
  restart: (() => Promise<void>) | null,
): Promise<void> {
  print(`${'ms: cold / p50 / p95'.padEnd(36)}${ranges.map((range) => range.padStart(24)).join('')}`)
  const table = new Map<string, string[]>()
  for (const range of ranges) {
    await restart?.()
    for (const question of questions) {
      const cells = table.get(question.name) ?? []
      table.set(question.name, cells)
      try {
        const coldMs = await ask(product, question, range)
        const warm: number[] = []
        for (let sample = 0; sample < samples; sample += 1) warm.push(await ask(product, question, range))
        const cold = restart ? coldMs.toFixed(0) : '–'
        cells.push(`${cold} / ${toPercentile(warm, 0.5).toFixed(0)} / ${toPercentile(warm, 0.95).toFixed(0)}`)
      } catch (error) {
        cells.push((error as Error).message.slice(0, 23))
        print(`  ${question.name}, ${range}: ${(error as Error).message}`)
      }
    }
  }
  for (const [name, cells] of table) print(`${name.padEnd(36)}${cells.map((cell) => cell.padStart(24)).join('')}`)
}

/** What a busy visitor costs: the funnel again after one person did each of its steps thousands of times in a day. */
async function printBusyVisitor(product: Product, database: HistoryDatabase): Promise<void> {
  const question = PANELS.find(({ name }) => name === BUSY_FUNNEL) as Question
  const measure = async (): Promise<number> => {
    const figures: number[] = []
    for (let sample = 0; sample < samples; sample += 1) figures.push(await ask(product, question, '30d'))
    return toPercentile(figures, 0.5)
  }
  const beforeMs = await measure()
  await database.unsafe(`
    insert into public.user_events (timestamp, project_id, actor_id, id, session_id, event)
    select
      (extract(epoch from now()) * 1000)::bigint - 86400000 + n * 8000, 1, md5('busy')::uuid, md5('busy' || n)::uuid, 'busy',
      (array['recipe_viewed', 'recipe_clicked', 'search'])[1 + n % 3]
    from generate_series(1, 10000) as n`)
  await rebuildRollups(product.url, product.secretKey, () => {})
  const afterMs = await measure()
  print(
    `\n${BUSY_FUNNEL}, 30d: ${beforeMs.toFixed(0)} ms; with one visitor of 10,000 more events ${afterMs.toFixed(0)} ms, ${(afterMs / beforeMs).toFixed(2)} times`,
  )
}

const BUSY_FUNNEL = 'funnel of 3'

async function load(store: HistoryStore): Promise<void> {
  const database = await store.open()
  const toMs = Math.floor(Date.now() / 3_600_000) * 3_600_000
  const startedMs = performance.now()
  const rows = await loadHistory(
    database,
    { events: Number(values.events), days: Number(values.days), toMs },
    (day) => {
      if (day % 30 === 0) print(`  ${day} days loaded`)
    },
  )
  await database.close()
  print(`Loaded in ${((performance.now() - startedMs) / 1000).toFixed(0)} s: ${JSON.stringify(rows)}`)
}

async function rollUp(product: Product): Promise<void> {
  const startedMs = performance.now()
  await rebuildRollups(product.url, product.secretKey, () => {})
  print(`Rolled up in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`)
}

const isLoaded = values.database !== undefined
const store = values.database
  ? await toPostgresHistory(values.database)
  : await (values.store === 'pglite' ? createPgliteHistory() : createPostgresHistory())
let product: Product | null = null
try {
  print(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, ${store.version}`)
  if (!isLoaded) await load(store)
  product = await startProduct(store.productOptions)
  if (!isLoaded) await rollUp(product)
  if (store.isShared) {
    const database = await store.open()
    if (!isLoaded) await database.unsafe('vacuum analyze')
    await database.close()
  }
  const { url } = product
  const restart =
    store.restart &&
    (async () => {
      await store.restart?.()
      while (!(await fetch(`${url}/api/ready`)).ok);
    })
  const isWanted = ({ name }: Question) => name.includes(values.only)
  print('\nWhat the dashboard asks')
  await printAnswers(product, PANELS.filter(isWanted), restart)
  print('\nHarder questions')
  await printAnswers(product, QUESTIONS.filter(isWanted), restart)

  if (!store.isShared) {
    await product.stop()
    product = null
  }
  const database = await store.open()
  print('\nRaw limit: count(*) over the same rows')
  for (const range of ranges) {
    const { rows, ms } = await countBare(database, range)
    print(`  ${range}: ${rows} rows, ${ms.toFixed(0)} ms`)
  }
  await printStorage(database)
  if (product && !isLoaded) await printBusyVisitor(product, database)
  await database.close()
} finally {
  await product?.stop()
  await store.remove()
}
