// `npm run db:rebuild-rollups [-- URL]`: has the running product make all rollups anew and waits until it has. Reports stay exact meanwhile.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fail, say } from './launch/progress.ts'
import { rebuildRollups } from './launch/rebuild-rollups.ts'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
if (existsSync('.env')) process.loadEnvFile('.env')
try {
  const url = (process.argv[2] ?? `http://localhost:${process.env.PORT || 3000}`).replace(/\/+$/, '')
  await rebuildRollups(url, readJobSecret(), say)
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}

function readJobSecret(): string {
  if (process.env.GROWTH_JOB_SECRET) return process.env.GROWTH_JOB_SECRET
  const path = join(resolve(process.env.GROWTH_DATA_DIR || '.growth'), 'secrets.json')
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { GROWTH_JOB_SECRET?: string }) : {}
  if (kept.GROWTH_JOB_SECRET) return kept.GROWTH_JOB_SECRET
  throw new Error(`Set GROWTH_JOB_SECRET to that of the product: there is none in ${path}.`)
}
