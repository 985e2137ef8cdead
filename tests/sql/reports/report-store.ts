import { readdirSync, readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import postgres from 'postgres'

const root = new URL('../../../supabase/', import.meta.url)

/** A fresh database with the product's migrations. `sql` gives rows as JSON, so that numbers are numbers on either back end. */
export type ReportStore = {
  name: string
  sql: <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>
  close: () => Promise<void>
}

/** PGlite always, and the Postgres of `GROWTH_TEST_POSTGRES_URL` when there is one. */
export const BACK_ENDS: readonly { name: string; open: () => Promise<ReportStore> }[] = [
  { name: 'PGlite', open: openPglite },
  ...(process.env.GROWTH_TEST_POSTGRES_URL ? [{ name: 'Postgres', open: openPostgres }] : []),
]

function readScripts(): string[] {
  const folder = new URL('migrations/', root)
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
  return [new URL('embedded/bootstrap.sql', root), ...files.map((file) => new URL(file, folder))].map((file) =>
    readFileSync(file, 'utf8'),
  )
}

const asJson = (text: string) => `select to_jsonb(answer) as answer from (${text}) as answer`
const isQuestion = (text: string) => /^\s*(select|with)\b/i.test(text)

async function openPglite(): Promise<ReportStore> {
  const db = new PGlite()
  for (const script of readScripts()) await db.exec(script)
  return {
    name: 'PGlite',
    sql: async <Row>(text: string, values: readonly unknown[] = []) => {
      if (!isQuestion(text)) return (await db.query<Row>(text, [...values])).rows
      const { rows } = await db.query<{ answer: Row }>(asJson(text), [...values])
      return rows.map((row) => row.answer)
    },
    close: () => db.close(),
  }
}

async function openPostgres(): Promise<ReportStore> {
  const url = new URL(process.env.GROWTH_TEST_POSTGRES_URL as string)
  const admin = postgres(url.href, { max: 1, onnotice: () => {} })
  const database = `reports_${process.pid}_${Math.floor(performance.now() * 1000)}`
  await admin.unsafe(`create database ${database}`)
  url.pathname = `/${database}`
  const db = postgres(url.href, { max: 1, onnotice: () => {} })
  for (const script of readScripts()) await db.unsafe(script)
  return {
    name: 'Postgres',
    sql: async <Row>(text: string, values: readonly unknown[] = []) => {
      const parameters = values as postgres.ParameterOrJSON<never>[]
      if (!isQuestion(text)) return [...(await db.unsafe(text, parameters))] as Row[]
      return [...(await db.unsafe(asJson(text), parameters))].map((row) => row.answer as Row)
    },
    close: async () => {
      await db.end()
      await admin.unsafe(`drop database ${database}`)
      await admin.end()
    },
  }
}

/** The uuid that stands for a name in these tests: the same name, the same actor. */
export function toActor(name: string): string {
  const hex = Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

let counter = 0
/** A uuid that no other row has. */
export function nextId(): string {
  counter += 1
  return `00000000-0000-7000-8000-${counter.toString(16).padStart(12, '0')}`
}

type Row = Record<string, unknown>

/** Inserts rows as they are; `who` becomes the actor, project 1 and a fresh id are the defaults. */
export async function insert(store: ReportStore, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const full = rows.map(({ who, ...row }) => ({
    project_id: 1,
    id: nextId(),
    actor_id: toActor(String(who ?? 'nobody')),
    gpc: false,
    success: true,
    cache_hit: false,
    cached: false,
    created_at: '2026-01-01T00:00:00Z',
    ...row,
  }))
  const text = `insert into public.${table} select (jsonb_populate_record(null::public.${table}, r)).* from jsonb_array_elements($1::text::jsonb) as r`
  await store.sql(text, [JSON.stringify(full)])
}
