// `npm run db:reset -- --yes`: empties the embedded database. The generated secrets stay, so keys and logins stay valid.
import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from '../lib/platform/env.ts'
import { assertUnlocked } from '../supabase/embedded/lock.ts'
import { fail, say } from './launch/progress.ts'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
if (existsSync('.env')) process.loadEnvFile('.env')
const env = parseEnv(process.env)
if (env.DATABASE_URL || env.NEXT_PUBLIC_SUPABASE_URL) {
  fail('db:reset empties only the embedded database. Drop and create your own database with its own tools.')
}
const dataDir = resolve(env.GROWTH_DATA_DIR)
const folder = join(dataDir, 'postgres')
if (!process.argv.includes('--yes'))
  fail(`This deletes every event in ${folder}. If you mean it: npm run db:reset -- --yes`)
if (existsSync(folder)) {
  assertUnlocked(dataDir)
  rmSync(folder, { recursive: true })
}
say(`${folder} is empty. The next npm start makes a new database.`)
