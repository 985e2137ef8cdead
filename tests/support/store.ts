import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { afterAll, beforeAll, describe } from 'vitest'
import { resetEnv } from '../../lib/platform/env'
import { mintApiKey } from '../../supabase/embedded/keys'
import { migrate } from '../../supabase/embedded/migrations'
import { startServer } from '../../supabase/embedded/server'
import { splitSql } from '../../supabase/embedded/split-sql'
import type { Store } from '../../supabase/embedded/store'
import { findPostgresBinaries } from './postgres'
import { createPgliteFolder, createPostgresDatabase, type StorePlace } from './store-place'

export type StoreKind = 'pglite' | 'postgres'

/** A store of one suite's own, migrated and served by the embedded server in this process. */
export type TestStore = {
  readonly kind: StoreKind
  /** What supabase-js takes as the project's URL. */
  readonly url: string
  readonly anonKey: string
  readonly serviceKey: string
  readonly jwtSecret: string
  /** A real supabase-js client; with the service key unless told. `accessToken` makes it a signed-in person's. */
  client(key?: string, accessToken?: string): SupabaseClient
  /**
   * Direct access as superuser, for arranging and inspecting. Without parameters the text may hold several statements,
   * run in one transaction; the rows are those of the last. Arrays become Postgres arrays, other objects JSON.
   */
  sql<Row extends Record<string, unknown> = Record<string, unknown>>(
    text: string,
    params?: readonly unknown[],
  ): Promise<Row[]>
}

const hasPostgres = Boolean(process.env.GROWTH_TEST_POSTGRES_URL) || (await findPostgresBinaries()) !== null

/** The back ends that suites run on: PGlite always, Postgres when it is given or its binaries are there. */
export const STORE_KINDS: readonly StoreKind[] = hasPostgres ? ['pglite', 'postgres'] : ['pglite']

/**
 * Runs a suite once per back end, each time against a fresh store of its own:
 *
 *     describeStores('append_events', (store) => {
 *       test('counts a retry once', async () => {
 *         const { data } = await store.client().rpc('append_events', { p_project_id: 1, p_rows: […] })
 *         const [row] = await store.sql<{ count: number }>('select count(*)::int as count from user_events')
 *       })
 *     })
 *
 * `store` may be used inside hooks and tests, not while the suite is being collected. The settings of the process lead
 * to the store meanwhile, so that `lib/database/client.ts` works as in production. `migrations: null` starts without the product's tables.
 */
export function describeStores(
  name: string,
  suite: (store: TestStore) => void,
  options: { migrations?: string | null } = {},
): void {
  for (const kind of STORE_KINDS) {
    describe(`${name} (${kind})`, () => {
      let opened: OpenedStore | undefined
      beforeAll(async () => {
        opened = await openTestStore(kind, options)
      })
      afterAll(() => opened?.close())
      suite(toHandle(kind, () => opened))
    })
  }
}

/** As `describeStores`, for suites that prepare the database themselves: `openPlace` gives an empty one. */
export function describeStoreKinds(
  name: string,
  suite: (kind: StoreKind, openPlace: () => Promise<StorePlace>) => void,
): void {
  for (const kind of STORE_KINDS) {
    describe(`${name} (${kind})`, () =>
      suite(kind, () => (kind === 'pglite' ? createPgliteFolder() : createPostgresDatabase())))
  }
}

type OpenedStore = TestStore & { close(): Promise<void> }

function toHandle(kind: StoreKind, read: () => OpenedStore | undefined): TestStore {
  const store = () => {
    const opened = read()
    if (!opened) throw new Error('the store opens before the first test: use it inside tests and hooks only')
    return opened
  }
  return {
    kind,
    get url() {
      return store().url
    },
    get anonKey() {
      return store().anonKey
    },
    get serviceKey() {
      return store().serviceKey
    },
    get jwtSecret() {
      return store().jwtSecret
    },
    client: (key, accessToken) => store().client(key, accessToken),
    sql: (text, params) => store().sql(text, params),
  }
}

/** One store without vitest's hooks, for benchmarks and scripts. The caller closes it. */
export async function openTestStore(
  kind: StoreKind,
  { migrations }: { migrations?: string | null } = {},
): Promise<OpenedStore> {
  // Migrating takes seconds, a copy of what was migrated a moment.
  const isMigrated = migrations === undefined
  const place = await (kind === 'pglite' ? createPgliteFolder({ isMigrated }) : createPostgresDatabase({ isMigrated }))
  const { store } = place
  const empty = migrations === null ? mkdtempSync(join(tmpdir(), 'growth-empty-')) : undefined
  await migrate(store, empty ? { folder: empty } : migrations ? { folder: migrations } : {})
  if (empty) rmSync(empty, { recursive: true })
  const jwtSecret = randomBytes(32).toString('hex')
  const server = await startServer({ store, jwtSecret, port: 0 })
  const [anonKey, serviceKey] = await Promise.all([
    mintApiKey(jwtSecret, 'anon'),
    mintApiKey(jwtSecret, 'service_role'),
  ])
  const restoreEnv = setEnv({
    NEXT_PUBLIC_SUPABASE_URL: server.url,
    NEXT_PUBLIC_SUPABASE_ANON_KEY: anonKey,
    SUPABASE_SERVICE_KEY: serviceKey,
    JWT_SECRET: jwtSecret,
  })
  return {
    kind,
    url: server.url,
    anonKey,
    serviceKey,
    jwtSecret,
    client: (key = serviceKey, accessToken) => createTestClient(server.url, key, accessToken),
    sql: (text, params) => runSql(store, text, params),
    async close() {
      restoreEnv()
      await server.close()
      await store.close()
      await place.remove()
    },
  }
}

function createTestClient(url: string, key: string, accessToken?: string): SupabaseClient {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    ...(accessToken && { global: { headers: { Authorization: `Bearer ${accessToken}` } } }),
  })
}

async function runSql<Row>(store: Store, text: string, params?: readonly unknown[]): Promise<Row[]> {
  return store.transaction({}, async (tx) => {
    if (params) return (await tx.query(text, params.map(toParam))) as Row[]
    let rows: unknown[] = []
    for (const statement of splitSql(text)) rows = await tx.query(statement)
    return rows as Row[]
  })
}

function toParam(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) {
    return `{${value.map((each) => (each === null ? 'null' : `"${String(each).replace(/["\\]/g, '\\$&')}"`)).join(',')}}`
  }
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Points this process's settings at the store; the function given back restores them. */
function setEnv(values: Record<string, string>): () => void {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]))
  Object.assign(process.env, values)
  resetEnv()
  return () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    resetEnv()
  }
}
