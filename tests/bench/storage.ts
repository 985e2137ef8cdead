// `npm run bench -- storage [--events 500000] [--batch 150] [--connections 1] [--before "SQL"]`
//
// Stores events as the SDK sends them in a Postgres of its own, through append_events, and prints what an event takes, by
// table and index; rollups are in the figures of `bench -- queries`. One connection, because the server has one transaction of a
// project under way at a time: several at once put their rows between each other's, and leaves of the primary key that are split
// in their middle stay half empty (85 bytes instead of 68). --before runs SQL after the migrations, to see what another layout would bring.
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { migrate } from '../../supabase/embedded/migrations.ts'
import { openPostgresStore } from '../../supabase/embedded/postgres-store.ts'
import { createEventSource } from '../support/event-source.ts'
import { startPostgres } from '../support/postgres.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '500000' },
    batch: { type: 'string', default: '150' },
    connections: { type: 'string', default: '1' },
    before: { type: 'string' },
  },
})
const eventCount = Number(values.events)
const batchSize = Number(values.batch)
const DAY_MS = 86_400_000

type Relation = { table: string; part: string; bytes: number }

/** Batches of `batchSize` rows over one day of one site, in the order of their time, by several connections at once. */
async function fill(sql: postgres.Sql): Promise<void> {
  const batches = Math.ceil(eventCount / batchSize)
  const createRows = createEventSource(1)
  const beginMs = Date.now() - DAY_MS
  let next = 0
  const work = async (): Promise<void> => {
    while (next < batches) {
      const nowMs = beginMs + (next / batches) * DAY_MS
      const rows = createRows(Math.min(batchSize, eventCount - next * batchSize), nowMs)
      next += 1
      await sql`select public.append_events(1, ${sql.json(rows as postgres.JSONValue)})`
    }
  }
  await Promise.all(Array.from({ length: Number(values.connections) }, work))
}

/** Partitions are added up under the name of their table; `part` is the heap, or an index by its columns. */
function readRelations(sql: postgres.Sql): Promise<Relation[]> {
  return sql<Relation[]>`
    with part as (
      select c.oid, coalesce(nullif(regexp_replace(c.relname, '_(default|[0-9]{6})$', ''), ''), c.relname) as "table"
      from pg_class as c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    )
    select "table", 'rows' as part, sum(pg_table_size(oid))::float8 as bytes from part group by 1
    union all
    select "table", regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING btree ', ''), sum(pg_relation_size(i.indexrelid))::float8
    from part join pg_index as i on i.indrelid = part.oid
    group by 1, 2
    order by 3 desc`
}

const cluster = await startPostgres()
if (!cluster) throw new Error('There are no Postgres binaries here.')
const store = await openPostgresStore(cluster.url)
await migrate(store)
await store.close()
const sql = postgres(cluster.url, { max: Number(values.connections), onnotice: () => {} })
try {
  if (values.before) await sql.unsafe(values.before)
  const empty = new Map((await readRelations(sql)).map(({ table, part, bytes }) => [`${table} ${part}`, bytes]))
  const startedMs = performance.now()
  await fill(sql)
  const seconds = (performance.now() - startedMs) / 1000
  const unfolded = await sql`select count(*)::int as count, pg_table_size('public.event_count_deltas')::int as bytes
    from public.event_count_deltas`
  while ((await sql`select public.fold_event_counts() as folded`)[0]?.folded > 0);
  await sql.unsafe('vacuum')
  const [{ count } = { count: 0 }] = await sql<
    { count: number }[]
  >`select count(*)::int as count from public.user_events`
  const { version } = (await sql`select current_setting('server_version') as version`)[0] as { version: string }
  console.log(`Postgres ${version}: ${count} events in batches of ${batchSize}, ${Math.round(count / seconds)}/s`)
  console.log(
    `not folded: ${unfolded[0]?.count} differences, ${((unfolded[0]?.bytes ?? 0) / count).toFixed(1)} bytes/event`,
  )
  let total = 0
  for (const { table, part, bytes } of await readRelations(sql)) {
    const grown = bytes - (empty.get(`${table} ${part}`) ?? 0)
    if (grown === 0) continue
    total += grown
    console.log(`${(grown / count).toFixed(1).padStart(8)}  ${table} ${part}`)
  }
  console.log(`${(total / count).toFixed(1).padStart(8)}  bytes per event (budget 300)`)
} finally {
  await sql.end()
  await cluster.stop()
}
