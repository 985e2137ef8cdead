import { createHash, randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { dependencies } from '../../package.json'
import { MIGRATIONS_FOLDER, migrate } from '../../supabase/embedded/migrations'
import { openPgliteStore } from '../../supabase/embedded/pglite-store'
import { openPostgresStore } from '../../supabase/embedded/postgres-store'
import type { Store } from '../../supabase/embedded/store'
import { startPostgres } from './postgres'

/** A database of one suite's own; `url` is its folder or its address. Close the store before removing it. */
export type StorePlace = { readonly store: Store; readonly url: string; remove(): Promise<void> }

/** Empty, or with what `migrate` makes of an empty one. */
export type StorePlaceOptions = { isMigrated?: boolean }

export async function createPgliteFolder({ isMigrated = false }: StorePlaceOptions = {}): Promise<StorePlace> {
  const root = mkdtempSync(join(tmpdir(), 'growth-pglite-'))
  const folder = join(root, 'postgres')
  cpSync(await (isMigrated ? readMigratedTemplate() : readEmptyTemplate()), folder, { recursive: true })
  return {
    store: await openPgliteStore(folder),
    url: folder,
    async remove() {
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Makes `folder` a PGlite data folder with an empty cluster. */
export async function copyPgliteTemplate(folder: string): Promise<void> {
  cpSync(await readEmptyTemplate(), folder, { recursive: true })
}

/** initdb takes seconds, a copy 50 ms. */
function readEmptyTemplate(): Promise<string> {
  return readTemplate('empty', async (draft) => (await openPgliteStore(draft)).close())
}

function readMigratedTemplate(): Promise<string> {
  return readTemplate(toSchemaKey(), async (draft) => {
    await copyPgliteTemplate(draft)
    const store = await openPgliteStore(draft)
    await migrate(store)
    await store.close()
  })
}

/** A folder that is made once per machine. */
async function readTemplate(key: string, make: (draft: string) => Promise<void>): Promise<string> {
  const version = dependencies['@electric-sql/pglite']
  const template = join(tmpdir(), `growth-pglite-template-${version}-${key}-${userInfo().username}`)
  if (existsSync(template)) return template
  removeOldTemplates()
  const draft = mkdtempSync(`${template}-`)
  await make(draft)
  try {
    renameSync(draft, template)
  } catch (error) {
    // Another test process was faster: its template is as good.
    if (!existsSync(template)) throw error
    rmSync(draft, { recursive: true })
  }
  return template
}

/** Those of a schema that has changed since; a day old, so that nobody copies them. */
function removeOldTemplates(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith('growth-pglite-template-')) continue
    const path = join(tmpdir(), name)
    if (statSync(path).mtimeMs < Date.now() - 86_400_000) rmSync(path, { recursive: true, force: true })
  }
}

let databases = 0

/** On the Postgres of the tests. */
export async function createPostgresDatabase({ isMigrated = false }: StorePlaceOptions = {}): Promise<StorePlace> {
  const url = await readClusterUrl()
  const template = isMigrated ? await createTemplateDatabase(url) : 'template0'
  databases += 1
  const name = `growth_test_${process.pid}_${databases}_${randomBytes(3).toString('hex')}`
  await withClient(url, (sql) => sql.unsafe(`create database ${name} template ${template}`))
  const own = toDatabaseUrl(url, name)
  return {
    store: await openPostgresStore(own),
    url: own,
    remove: () => withClient(url, (sql) => sql.unsafe(`drop database ${name} with (force)`)),
  }
}

/** A database that is made once per cluster, by the first who asks; the others wait. */
async function createTemplateDatabase(url: string): Promise<string> {
  const template = `growth_template_${toSchemaKey()}`
  await withClient(url, async (sql) => {
    await sql`select pg_advisory_lock(hashtext(${template}))`
    if ((await sql`select from pg_database where datname = ${template}`).length > 0) return
    const draft = `${template}_draft`
    await sql.unsafe(`drop database if exists ${draft} with (force)`)
    await sql.unsafe(`create database ${draft} template template0`)
    const store = await openPostgresStore(toDatabaseUrl(url, draft))
    await migrate(store)
    await store.close()
    await sql.unsafe(`alter database ${draft} rename to ${template}`)
  })
  return template
}

/** Changes with everything that `migrate` reads, and daily, because it makes the partitions of the present. */
function toSchemaKey(): string {
  const hash = createHash('sha256').update(new Date().toISOString().slice(0, 10))
  const embedded = join(MIGRATIONS_FOLDER, '..', 'embedded')
  const files = [
    ...readdirSync(MIGRATIONS_FOLDER).map((file) => join(MIGRATIONS_FOLDER, file)),
    join(embedded, 'bootstrap.sql'),
    join(embedded, 'migrations.ts'),
    join(embedded, 'split-sql.ts'),
  ]
  for (const file of files.sort()) hash.update(file).update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}

async function readClusterUrl(): Promise<string> {
  if (process.env.GROWTH_TEST_POSTGRES_URL) return process.env.GROWTH_TEST_POSTGRES_URL
  const cluster = await startPostgres()
  if (!cluster) throw new Error('no Postgres binaries')
  return cluster.url
}

function toDatabaseUrl(clusterUrl: string, name: string): string {
  const url = new URL(clusterUrl)
  url.pathname = `/${name}`
  return url.href
}

async function withClient(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end()
  }
}
