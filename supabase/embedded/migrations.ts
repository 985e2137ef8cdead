import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { splitSql } from './split-sql.ts'
import { DatabaseError, type Store, type Transaction } from './store.ts'

/** Where the product's SQL lives. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url))
const BOOTSTRAP_FILE = fileURLToPath(new URL('./bootstrap.sql', import.meta.url))

/** Any constant of ours: two servers that start on one Postgres migrate one after the other. */
const ADVISORY_LOCK = '4749530001'

type Migration = { version: string; name: string; file: string; statements: string[] }

/**
 * Brings a database up to date: roles, schemas and functions that Supabase has (bootstrap.sql), then each file of `folder`
 * that is not recorded yet, in order, each in its own transaction. Recorded as the Supabase CLI does, so either can go on
 * where the other stopped. Gives the number of files applied. Throws an Error for the operator: a right is missing, a
 * file that was applied has changed since, the database is newer than the files, or a statement failed.
 */
export async function migrate(
  store: Store,
  options: { folder?: string; onProgress?: (message: string) => void } = {},
): Promise<number> {
  const { folder = MIGRATIONS_FOLDER, onProgress = () => {} } = options
  const migrations = await readMigrations(folder)
  await bootstrap(store)
  assertKnown(migrations, await readRecorded(store))
  let applied = 0
  for (const migration of migrations) {
    const isNew = await applyOnce(store, migration, () => onProgress(`Applying ${migration.file}`))
    if (isNew) applied += 1
  }
  return applied
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(
    files.map(async (file) => {
      const [, version, name] = /^(\d+)_(.+)\.sql$/.exec(file) ?? []
      if (!version || !name) throw new Error(`${join(folder, file)}: a migration is named <timestamp>_<name>.sql`)
      const text = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n')
      return { version, name, file, statements: splitSql(text) }
    }),
  )
  for (const [index, migration] of migrations.entries()) {
    if (migration.version !== migrations[index - 1]?.version) continue
    throw new Error(`${migration.file}: another migration has the same timestamp`)
  }
  return migrations
}

/** What Supabase has before the first migration; see bootstrap.sql. Throws an Error that says which right is missing. */
export async function bootstrap(store: Store): Promise<void> {
  const statements = splitSql(await readFile(BOOTSTRAP_FILE, 'utf8'))
  await store.transaction({}, async (tx) => {
    await takeTurn(store, tx)
    for (const statement of statements) {
      await tx.query(statement).catch(async (error: unknown) => {
        throw error instanceof DatabaseError && error.code === '42501' ? missingRight(error) : error
      })
    }
  })
}

function missingRight(error: DatabaseError): Error {
  return new Error(
    `The user of DATABASE_URL may not prepare the database: ${error.message}.${error.detail ? ` ${error.detail}` : ''}
It must own the database and its schema public and be able to create roles. Use such a user, or let a superuser run once:
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  create role authenticator nologin noinherit;
  grant anon, authenticated, service_role to authenticator;
  grant anon, authenticated, service_role to "<user of DATABASE_URL>";
  alter schema public owner to "<user of DATABASE_URL>";
  grant create on database "<database>" to "<user of DATABASE_URL>";`,
    { cause: error },
  )
}

/** Holds other servers off until the transaction ends; PGlite has no others. */
async function takeTurn(store: Store, tx: Transaction): Promise<void> {
  if (store.kind === 'postgres') await tx.query(`select pg_advisory_xact_lock(${ADVISORY_LOCK})`)
}

type Recorded = { version: string; statements: string[] | null }

async function readRecorded(store: Store): Promise<Recorded[]> {
  const rows = await store.transaction({}, (tx) =>
    tx.query(
      'select version, to_json(statements)::text as statements from supabase_migrations.schema_migrations order by 1',
    ),
  )
  return rows.map(({ version, statements }) => ({
    version: String(version),
    statements: statements === null ? null : (JSON.parse(String(statements)) as string[]),
  }))
}

function assertKnown(migrations: readonly Migration[], recorded: readonly Recorded[]): void {
  const known = new Map(migrations.map((migration) => [migration.version, migration]))
  for (const { version, statements } of recorded) {
    const migration = known.get(version)
    if (!migration) {
      throw new Error(
        `The database is newer than this version of Growth Stack: it has migration ${version}, for which there is no file. Update the product, or go back to a backup of the database.`,
      )
    }
    // `supabase migration repair` records a version without its statements: nothing to compare with.
    if (statements === null || JSON.stringify(statements) === JSON.stringify(migration.statements)) continue
    throw new Error(
      `${migration.file} was applied to this database and has changed since. Migrations are append-only: undo the change and put it into a new file (in development: npm run db:reset).`,
    )
  }
}

async function applyOnce(store: Store, migration: Migration, onStart: () => void): Promise<boolean> {
  return store.transaction({}, async (tx) => {
    await takeTurn(store, tx)
    const [done] = await tx.query('select from supabase_migrations.schema_migrations where version = $1', [
      migration.version,
    ])
    if (done) return false
    onStart()
    for (const [index, statement] of migration.statements.entries()) {
      await tx.query(statement).catch((error: unknown) => {
        if (!(error instanceof DatabaseError)) throw error
        throw new Error(
          `${migration.file}, statement ${index + 1}: ${error.code} ${error.message}${error.detail ? ` (${error.detail})` : ''}\n${statement.slice(0, 400)}`,
          { cause: error },
        )
      })
    }
    await tx.query(
      'insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, array(select json_array_elements_text($2::text::json)), $3)',
      [migration.version, JSON.stringify(migration.statements), migration.name],
    )
    return true
  })
}
