// `npm run bench -- busy-visitor [--people 50000] [--samples 5]`
//
// What one visitor of 10,000 events does to the time of a funnel: loads people of some ten events each into a Postgres of its own, asks
// funnels of three steps, adds the visitor, asks again, and prints both medians and their ratio. Figures only; the budget is 2.
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { migrate } from '../../supabase/embedded/migrations.ts'
import { openPostgresStore } from '../../supabase/embedded/postgres-store.ts'
import { startOwnPostgres } from '../support/postgres.ts'

const { values } = parseArgs({
  options: { people: { type: 'string', default: '50000' }, samples: { type: 'string', default: '5' } },
})
const FROM_MS = Date.UTC(2026, 4, 1)
const DAY_MS = 86_400_000
const FUNNELS = {
  ordered: { steps: ['a', 'b', 'c'] },
  'ordered, repeated step': { steps: ['a', 'b', 'a'] },
  'ordered, with an exclusion': { steps: ['a', 'b', 'c'], exclusions: [{ event: 'd', fromStep: 1, toStep: 3 }] },
  strict: { order: 'strict', steps: ['a', 'b', 'c'] },
  unordered: { order: 'unordered', steps: ['a', 'b', 'c'] },
  'unordered, a step of any event': { order: 'unordered', steps: ['a', 'b', '*'] },
  'by session': { unit: 'session', steps: ['a', 'b', 'c'] },
}

const cluster = await startOwnPostgres({ isDurable: false })
if (!cluster) throw new Error('no Postgres binaries on this machine')
const sql = postgres(cluster.url, { max: 1, onnotice: () => {} })
try {
  const store = await openPostgresStore(cluster.url)
  await migrate(store)
  await store.close()
  await load(Number(values.people), 10)
  const before = await measure()
  await load(1, 10_000)
  const after = await measure()
  process.stdout.write(`ms, ${values.people} people, then one more of 10,000 events\n`)
  for (const name of Object.keys(FUNNELS)) {
    const [one, other] = [before[name] ?? Number.NaN, after[name] ?? Number.NaN]
    process.stdout.write(
      `${name.padEnd(32)}${one.toFixed(0).padStart(8)}${other.toFixed(0).padStart(8)}${(other / one).toFixed(2).padStart(8)}\n`,
    )
  }
} finally {
  await sql.end()
  await cluster.stop()
}

/** Adds people with so many events each, spread over 30 days; six in ten are of no step. */
async function load(people: number, eventsEach: number): Promise<void> {
  await sql`
    insert into public.user_events (project_id, actor_id, timestamp, id, event)
    select
      1, md5(${eventsEach}::text || p)::uuid,
      ${FROM_MS}::bigint + abs(hashint8extended(p * 100003 + e, ${eventsEach}::integer)) % ${30 * DAY_MS}::bigint,
      md5(${eventsEach}::text || p || '/' || e)::uuid,
      (array['a', 'b', 'c', 'd', 'e', 'e', 'e', 'e', 'e', 'e'])[1 + abs(hashint8(p * 7919 + e)) % 10]
    from generate_series(1, ${people}::integer) as p, generate_series(1, ${eventsEach}::integer) as e`
  await sql.unsafe('vacuum analyze')
}

/** The median of the samples of each funnel, ms. */
async function measure(): Promise<Record<string, number>> {
  const medians: Record<string, number> = {}
  for (const [name, { steps, ...rest }] of Object.entries(FUNNELS)) {
    const definition = {
      order: 'ordered',
      unit: 'person',
      windowMs: 14 * DAY_MS,
      ...rest,
      steps: steps.map((event) => ({ event })),
    }
    const figures: number[] = []
    for (let sample = 0; sample < Number(values.samples); sample += 1) {
      const startedMs = performance.now()
      await sql`
        select public.get_funnel_report(1, ${FROM_MS}, ${FROM_MS + 31 * DAY_MS}, ${sql.json(definition)}, '{0,1000,60000}')`
      figures.push(performance.now() - startedMs)
    }
    medians[name] = figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] as number
  }
  return medians
}
