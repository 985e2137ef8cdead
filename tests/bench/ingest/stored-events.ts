import postgres from 'postgres'

const DAY_MS = 86_400_000
const CHUNK = 1_000_000

/**
 * Puts `count` events of the default project into the table, spread evenly over the last 30 days up to now: 100,000 visitors,
 * eight names, two properties. Written by the database itself, in the order of time.
 */
export async function storeEvents(
  databaseUrl: string,
  count: number,
  onProgress: (stored: number) => void,
): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  const to = Date.now()
  const from = to - 30 * DAY_MS
  try {
    await sql`select public.create_partitions(${from}, ${to})`
    for (let stored = 0; stored < count; stored += CHUNK) {
      await sql`
        insert into public.user_events
          (timestamp, project_id, agent_id, actor_id, id, session_id, event, route, properties)
        select
          ${from}::bigint + (${to - from}::bigint * n / ${count}::bigint),
          (select project_id from public.get_project_by_slug('default')),
          (select public.add_agent('desktop', 'Chrome', 'Linux')),
          md5('visitor-' || (n * 7919 % 100000))::uuid,
          md5('event-' || n)::uuid,
          'visitor-' || (n * 7919 % 100000) || '-s',
          (array['$pageview', 'recipe_clicked', 'recipe_viewed', 'meal_planned', 'search', 'share', 'signed_up', 'rated'])[1 + n % 8],
          '/recipes/[id]', jsonb_build_object('plan', 'pro', 'position', n % 10)
        from generate_series(${stored}::bigint, ${Math.min(stored + CHUNK, count) - 1}::bigint) as n`
      onProgress(Math.min(stored + CHUNK, count))
    }
    await sql`vacuum analyze public.user_events`
    // What loading left to be written would be written while ingestion is measured.
    await sql`checkpoint`
  } finally {
    await sql.end()
  }
}
