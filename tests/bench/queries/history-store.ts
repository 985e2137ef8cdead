import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { migrate } from '../../../supabase/embedded/migrations.ts'
import { openPgliteStore } from '../../../supabase/embedded/pglite-store.ts'
import { openPostgresStore } from '../../../supabase/embedded/postgres-store.ts'
import { splitSql } from '../../../supabase/embedded/split-sql.ts'
import { startOwnPostgres } from '../../support/postgres.ts'
import type { HistoryDatabase } from './load.ts'

/** A migrated database for `loadHistory`, and how to start the product on it. */
export type HistoryStore = {
  /** How many processes may hold it at once: of PGlite only one, either this one or the product. */
  isShared: boolean
  version: string
  productOptions: { databaseUrl?: string; dataDir?: string }
  open(): Promise<HistoryDatabase & { close(): Promise<void> }>
  /** Starts it anew with empty buffers; null where nobody but the product can. */
  restart: (() => Promise<void>) | null
  remove(): Promise<void>
}

/** A durable Postgres of its own, removed at the end. */
export async function createPostgresHistory(): Promise<HistoryStore> {
  const cluster = await startOwnPostgres({ isDurable: true })
  if (!cluster) throw new Error('no Postgres binaries on this machine')
  const store = await openPostgresStore(cluster.url)
  await migrate(store)
  await store.close()
  return {
    ...(await toPostgresHistory(cluster.url)),
    async restart() {
      await cluster.kill()
      await cluster.restart()
    },
    remove: () => cluster.stop(),
  }
}

/** One that holds a history already, and stays. */
export async function toPostgresHistory(url: string): Promise<HistoryStore> {
  const open = async () => {
    const sql = postgres(url, { max: 1, onnotice: () => {}, backoff: () => 0.1 })
    return {
      unsafe: (text: string, params: (string | number)[] = []) => sql.unsafe(text, [...params]),
      close: () => sql.end(),
    }
  }
  const database = await open()
  const [row] = await database.unsafe('select version()')
  await database.close()
  return {
    isShared: true,
    version: String(row?.version).split(' (')[0] ?? '',
    productOptions: { databaseUrl: url },
    open,
    restart: null,
    remove: async () => {},
  }
}

/** The embedded database in a data folder of its own, removed at the end. */
export async function createPgliteHistory(): Promise<HistoryStore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'growth-history-'))
  const folder = join(dataDir, 'postgres')
  const open = async () => {
    const store = await openPgliteStore(folder)
    return {
      async unsafe(text: string, params?: (string | number)[]) {
        if (/^(vacuum|checkpoint)/.test(text)) {
          await store.runAlone?.(text)
          return []
        }
        return store.transaction({}, async (tx) => {
          let rows: Record<string, unknown>[] = []
          for (const statement of splitSql(text)) rows = await tx.query(statement, params?.map(String))
          return rows
        })
      },
      migrate: () => migrate(store),
      close: () => store.close(),
    }
  }
  const database = await open()
  await database.migrate()
  const [row] = await database.unsafe('select version()')
  await database.close()
  return {
    isShared: false,
    version: `PGlite, ${String(row?.version).split(' (')[0]}`,
    productOptions: { dataDir },
    open,
    restart: null,
    remove: async () => rmSync(dataDir, { recursive: true, force: true }),
  }
}
