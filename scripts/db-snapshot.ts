/**
 * `npm run db:snapshot` writes supabase/schema.snapshot.sql: what all migrations together make of an empty database, so
 * that the current definition of anything is read in one place. With `--check` it only compares, and exits with 1 and
 * the first line that differs when the file is stale.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const SNAPSHOT = at('supabase/schema.snapshot.sql')
const MIGRATIONS = at('supabase/migrations')
const HEADER = `-- The schema that the files of supabase/migrations make together. Written by \`npm run db:snapshot\`: never edit it.
-- Tables first, each with its comments, indexes, policies and grants, then views and functions. Monthly partitions are left out.
`

/** The snapshot's text for the files that are there now. Throws an Error that names the migration that fails. */
async function createSnapshot(): Promise<string> {
  await using store = new PGlite()
  await store.exec(await readFile(at('supabase/embedded/bootstrap.sql'), 'utf8'))
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql')).sort()
  if (files.length === 0) throw new Error(`no migrations in ${MIGRATIONS}`)
  for (const file of files) {
    await store.exec(await readFile(`${MIGRATIONS}/${file}`, 'utf8')).catch((cause: Error) => {
      throw new Error(`${file}: ${cause.message}`, { cause })
    })
  }
  // Postgres leaves out a schema that the search path finds; `public` is to be written.
  await store.exec('set search_path = pg_catalog')
  const { rows } = await store.query<{ text: string }>(await readFile(at('scripts/db-snapshot.sql'), 'utf8'))
  return `${HEADER}\n${rows.map((row) => row.text).join('\n\n')}\n`
}

/** The first line in which two texts differ, from 1; null when they are the same. */
function findDifference(expected: string, found: string): { line: number; expected: string; found: string } | null {
  if (expected === found) return null
  const one = expected.split('\n')
  const other = found.split('\n')
  const index = one.findIndex((line, position) => line !== other[position])
  const line = index === -1 ? one.length : index
  return { line: line + 1, expected: one[line] ?? '(end)', found: other[line] ?? '(end)' }
}

const snapshot = await createSnapshot()
if (process.argv.includes('--check')) {
  const stored = await readFile(SNAPSHOT, 'utf8').catch(() => '')
  const difference = findDifference(snapshot, stored.replaceAll('\r\n', '\n'))
  if (difference) {
    console.error(`supabase/schema.snapshot.sql is stale: run \`npm run db:snapshot\` and commit the file.
  line ${difference.line}
  expected: ${difference.expected}
  found:    ${difference.found}`)
    process.exitCode = 1
  }
} else {
  await writeFile(SNAPSHOT, snapshot)
  console.log(`supabase/schema.snapshot.sql: ${snapshot.split('\n').length} lines`)
}
