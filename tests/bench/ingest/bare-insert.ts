import postgres from 'postgres'

/** Rows of one statement: what 32 clients with batches of ten bring together at most. */
const ROWS = 320
const STATEMENTS = 250

/**
 * The second raw limit: rows per second of `insert … select from jsonb` on one connection, into a table with the columns,
 * checks and indexes of `user_events`, in statements of 320 rows that the product stored before under new ids.
 */
export async function measureBareInsert(databaseUrl: string): Promise<number> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`create table public.bench_bare (like public.user_events including all)`
    const [sample] = await sql<{ rows: string }[]>`
      select json_agg(row)::text as rows from (select * from public.user_events limit ${ROWS}) as row`
    const rows = JSON.parse(sample?.rows ?? '[]') as { id: string }[]
    const texts = Array.from({ length: STATEMENTS }, (_, statement) =>
      JSON.stringify(rows.map((row, index) => ({ ...row, id: toId(statement * ROWS + index) }))),
    )
    const insert = (text: string) =>
      sql.unsafe(
        `insert into public.bench_bare select * from jsonb_populate_recordset(null::public.bench_bare, $1::text::jsonb)
         on conflict do nothing`,
        [text],
        { prepare: true },
      )
    for (const text of texts.slice(0, 50)) await insert(text)
    const startedMs = performance.now()
    for (const text of texts.slice(50)) await insert(text)
    return ((STATEMENTS - 50) * rows.length * 1_000) / (performance.now() - startedMs)
  } finally {
    await sql`drop table if exists public.bench_bare`
    await sql.end()
  }
}

function toId(count: number): string {
  return `01970000-0000-7000-8000-${count.toString(16).padStart(12, '0')}`
}
