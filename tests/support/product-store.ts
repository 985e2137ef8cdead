import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import postgres from 'postgres'
import { openPgliteStore } from '../../supabase/embedded/pglite-store'
import { openPostgresStore } from '../../supabase/embedded/postgres-store'
import type { Row, Store } from '../../supabase/embedded/store'
import { findPostgresBinaries, startPostgres } from './postgres'
import { createDataDir, type ProductOptions } from './product'

/** What the product keeps its data in: the start options of a store of its own, which survives restarts, and its end. */
export type ProductStore = {
  readonly options: ProductOptions
  /** The rows of a query, past all of the product. The embedded store lets nobody in while the product runs on it. */
  read<Found extends Row>(query: string): Promise<Found[]>
  delete(): Promise<void>
}

/** The stores that a guarantee can be tested on here: the embedded one always, Postgres where there is one. */
export async function findStoreKinds(): Promise<readonly ('embedded' | 'postgres')[]> {
  return (await hasPostgres()) ? ['embedded', 'postgres'] : ['embedded']
}

/** Whether a Postgres is given, or can be started here. */
export async function hasPostgres(): Promise<boolean> {
  return Boolean(process.env.GROWTH_TEST_POSTGRES_URL) || (await findPostgresBinaries()) !== null
}

/** A new, empty store. With Postgres a database in the cluster of GROWTH_TEST_POSTGRES_URL, else in one of our own. */
export async function createProductStore(kind: 'embedded' | 'postgres'): Promise<ProductStore> {
  if (kind === 'embedded') {
    const dataDir = createDataDir()
    const read = <Found extends Row>(query: string) =>
      readOnce<Found>(openPgliteStore(join(dataDir, 'postgres')), query)
    return { options: { dataDir }, read, delete: async () => {} }
  }
  const clusterUrl = process.env.GROWTH_TEST_POSTGRES_URL ?? (await startPostgres())?.url
  if (!clusterUrl) throw new Error('There is no Postgres to test on: findStoreKinds() says so beforehand.')
  return createPostgresStore(clusterUrl)
}

/** A new, empty database in the cluster of that URL. */
export async function createPostgresStore(clusterUrl: string): Promise<ProductStore> {
  const name = `growth_product_${randomUUID().replaceAll('-', '')}`
  await runOnCluster(clusterUrl, `create database ${name}`)
  const { href: databaseUrl } = Object.assign(new URL(clusterUrl), { pathname: `/${name}` })
  return {
    options: { dataDir: createDataDir(), databaseUrl },
    read: (query) => readOnce(openPostgresStore(databaseUrl), query),
    delete: () => runOnCluster(clusterUrl, `drop database if exists ${name} with (force)`),
  }
}

async function readOnce<Found extends Row>(opening: Promise<Store>, query: string): Promise<Found[]> {
  const store = await opening
  try {
    return await store.transaction({ isReadOnly: true }, ({ query: run }) => run(query) as Promise<Found[]>)
  } finally {
    await store.close()
  }
}

async function runOnCluster(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}
