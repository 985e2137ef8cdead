// `npm run admin:create -- EMAIL`: makes an admin of the default project, mainly the first one on Supabase.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseEnv } from '../lib/platform/env.ts'
import { fail, say } from './launch/progress.ts'
import { createAdmin, createAdminClient, ensureProjectKeys } from './launch/store.ts'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
if (existsSync('.env')) process.loadEnvFile('.env')
try {
  const env = parseEnv(process.env)
  const { NEXT_PUBLIC_SUPABASE_URL: url, SUPABASE_SERVICE_KEY: serviceKey } = env
  if (!url || !serviceKey) {
    throw new Error(
      'admin:create talks to Supabase: set NEXT_PUBLIC_SUPABASE_URL, NEXT_PUBLIC_SUPABASE_ANON_KEY and SUPABASE_SERVICE_KEY. The embedded modes make their admin at the first npm start.',
    )
  }
  const email = process.argv[2] ?? env.GROWTH_ADMIN_EMAIL
  if (!email?.includes('@')) throw new Error('Whose account? npm run admin:create -- person@example.com')
  const password = env.GROWTH_ADMIN_PASSWORD ?? randomBytes(12).toString('base64url')
  const store = createAdminClient(url, serviceKey)
  await ensureProjectKeys(store, [env.GROWTH_PUBLISHABLE_KEY, env.GROWTH_SECRET_KEY])
  const outcome = await createAdmin(store, email, password)
  say(
    outcome === 'created'
      ? `${email} is an admin now, with password ${password}`
      : `${email} had an account and is an admin now.`,
  )
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}
