import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { findPostgresBinaries, startPostgres } from './postgres'
import { createDataDir, type ProductOptions } from './product'

/** What the product keeps its data in: the start options of a store of its own, which survives restarts, and its end. */
export type ProductStore = { options: ProductOptions; delete(): Promise<void> }

/** The stores that a guarantee can be tested on here: the embedded one always, Postgres where there is one. */
export async function findStoreKinds(): Promise<readonly ('embedded' | 'postgres')[]> {
  const hasPostgres = process.env.GROWTH_TEST_POSTGRES_URL || (await findPostgresBinaries())
  return hasPostgres ? ['embedded', 'postgres'] : ['embedded']
}

/** A new, empty store. With Postgres a database in the cluster of GROWTH_TEST_POSTGRES_URL, else in one of our own. */
export async function createProductStore(kind: 'embedded' | 'postgres'): Promise<ProductStore> {
  const dataDir = createDataDir()
  if (kind === 'embedded') return { options: { dataDir }, delete: async () => {} }
  const clusterUrl = process.env.GROWTH_TEST_POSTGRES_URL ?? (await startPostgres())?.url
  if (!clusterUrl) throw new Error('There is no Postgres to test on: findStoreKinds() says so beforehand.')
  const name = `growth_product_${randomUUID().replaceAll('-', '')}`
  await runOnCluster(clusterUrl, `create database ${name}`)
  const databaseUrl = new URL(clusterUrl)
  databaseUrl.pathname = `/${name}`
  return {
    options: { dataDir, databaseUrl: databaseUrl.href },
    delete: () => runOnCluster(clusterUrl, `drop database if exists ${name} with (force)`),
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
