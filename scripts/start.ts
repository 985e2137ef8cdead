// `npm start` (and `npm run dev`): the whole product in one command. Owns its children and stops them in order.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assertProductionSecrets, type Env, parseEnv } from '../lib/platform/env.ts'
import { mintApiKey } from '../supabase/embedded/keys.ts'
import { computeBuildDigest, isBuildFresh, toBuildEnv } from './launch/build-stamp.ts'
import { type Child, startChild, stopChild } from './launch/children.ts'
import { isPortFree } from './launch/ports.ts'
import { fail, say, step } from './launch/progress.ts'
import { startRedisBridge } from './launch/redis-bridge.ts'
import { startSchedule, toJobs } from './launch/schedule.ts'
import { readOrCreateSecrets, SECRET_NAMES, type SecretName } from './launch/secrets.ts'
import { createAdmin, createAdminClient, ensureProjectKeys, hasAdmin } from './launch/store.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const isDev = process.argv.includes('--dev')
const buildDir = process.env.GROWTH_BUILD_DIR ?? '.next'
/** Next may finish the requests it has; the database may finish its writes. */
const GRACE_MS = { next: 15_000, store: 15_000 }
const READY_TIMEOUT_MS = 60_000

type Settings = Readonly<Record<string, string | undefined>>

const children: Child[] = []
let stopSchedule: (() => Promise<void>) | undefined
let isStopping = false

process.chdir(root)
if (existsSync('.env')) process.loadEnvFile('.env')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
await main().catch((error: unknown) => void stopFailed(error instanceof Error ? error.message : String(error)))

async function main(): Promise<void> {
  const env = parseEnv(process.env)
  const isSupabase = env.NEXT_PUBLIC_SUPABASE_URL !== undefined
  if (!isDev) assertProductionSecrets(env, 'production')
  if (!(await isPortFree(env.PORT))) {
    fail(`Port ${env.PORT} is in use. Stop what listens there, or choose another: PORT=${env.PORT + 1} npm start`)
  }

  say(`Growth Stack on ${describeStore(env)}`)
  if (!isDev) await ensureBuild()
  const store = isSupabase ? await connectSupabase(env) : await startStore(env)
  if (isStopping) return
  const bridge = await startRedisBridge(env)
  if (bridge) own(bridge.child)
  if (isStopping) return
  await startNext(env, { ...store.env, ...bridge?.env })
  if (isStopping) return
  scheduleJobs(env, store.env)
  const url = `http://localhost:${env.PORT}`
  say(`\n✓ Ready at ${url}   (demo: ${url}/demo, dashboard: ${url}/admin)`)
  if (store.login) {
    say(`\n  Sign in as    ${store.login.email}\n  with password ${store.login.password}`)
    say(`  Shown this once; kept in ${join(env.GROWTH_DATA_DIR, 'secrets.json')}, readable by you alone.`)
  }
  say('\nCtrl-C stops everything.')
}

function describeStore(env: Env): string {
  if (env.NEXT_PUBLIC_SUPABASE_URL) return `Supabase at ${new URL(env.NEXT_PUBLIC_SUPABASE_URL).host}`
  if (env.DATABASE_URL) return `Postgres at ${new URL(env.DATABASE_URL).host || 'a local socket'}`
  return `its embedded database in ${env.GROWTH_DATA_DIR}`
}

async function ensureBuild(): Promise<void> {
  if (isBuildFresh(root, buildDir, computeBuildDigest(root, toBuildEnv(process.env)))) return
  await step('Building (about half a minute, only after a change)', async () => {
    await runChild({ name: 'The build', args: ['scripts/build.ts'], env: { ...process.env } })
  })
}

type StartedStore = { env: Settings; login?: { email: string; password: string } }

/** Nothing of ours runs for the store: the keys of the settings are made known to it, which also proves that it is set up. */
async function connectSupabase(env: Env): Promise<StartedStore> {
  const { NEXT_PUBLIC_SUPABASE_URL: url = '', SUPABASE_SERVICE_KEY: serviceKey = '' } = env
  try {
    await ensureProjectKeys(createAdminClient(url, serviceKey), [env.GROWTH_PUBLISHABLE_KEY, env.GROWTH_SECRET_KEY])
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `${reason}\n  Supabase must answer and have the migrations: supabase db push, then npm run admin:create.`,
    )
  }
  return { env: {} }
}

async function startStore(env: Env): Promise<StartedStore> {
  const given = Object.fromEntries(SECRET_NAMES.map((name) => [name, env[name]])) as Record<
    SecretName,
    string | undefined
  >
  const secrets = readOrCreateSecrets(resolve(env.GROWTH_DATA_DIR), given)
  const port = await step(`Starting ${env.DATABASE_URL ? 'the store server' : 'the embedded database'}`, () =>
    startEmbedded(secrets),
  )
  const url = `http://127.0.0.1:${port}`
  const serviceKey = await mintApiKey(secrets.JWT_SECRET, 'service_role')
  const client = createAdminClient(url, serviceKey)
  await ensureProjectKeys(client, [secrets.GROWTH_PUBLISHABLE_KEY, secrets.GROWTH_SECRET_KEY])
  const login = { email: secrets.GROWTH_ADMIN_EMAIL, password: secrets.GROWTH_ADMIN_PASSWORD }
  const isFirstStart = !(await hasAdmin(client))
  const outcome = isFirstStart ? await createAdmin(client, login.email, login.password) : 'known'
  return {
    env: {
      ...secrets,
      NEXT_PUBLIC_SUPABASE_URL: url,
      NEXT_PUBLIC_SUPABASE_ANON_KEY: await mintApiKey(secrets.JWT_SECRET, 'anon'),
      SUPABASE_SERVICE_KEY: serviceKey,
    },
    ...(outcome === 'created' && { login }),
  }
}

/** Starts the embedded server and gives its port once it has migrated and answers. */
async function startEmbedded(secrets: Settings): Promise<number> {
  let answer: (port: number) => void = () => {}
  const ready = new Promise<number>((resolveReady) => {
    answer = resolveReady
  })
  const child = startChild({
    name: 'The embedded database',
    args: ['supabase/embedded/main.ts'],
    env: { ...process.env, ...secrets },
    onMessage: (message) => {
      const { type, port, message: text } = message as { type: string; port?: number; message?: string }
      if (type === 'progress' && text) say(`  ${text}`)
      if (type === 'ready' && port) answer(port)
    },
  })
  own(child)
  const first = await Promise.race([ready, child.ended])
  if (typeof first === 'string')
    throw new Error(`${child.name} could not start (${first}); what it printed above says why.`)
  return first
}

async function startNext(env: Env, storeEnv: Settings): Promise<void> {
  const child = startChild({
    name: 'Next',
    args: [
      '--import',
      './scripts/launch/end-with-parent.js',
      ...(isDev
        ? [join('node_modules', 'next', 'dist', 'bin', 'next'), 'dev', '--port', String(env.PORT)]
        : ['scripts/serve/main.ts']),
    ],
    env: {
      ...process.env,
      ...storeEnv,
      NODE_ENV: isDev ? 'development' : 'production',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    ...(isDev ? {} : { hush: /^\s*(✓ Running next\.config\.js.*|$)/ }),
  })
  own(child)
  await step('Starting Next', async () => {
    const first = await Promise.race([waitUntilReady(`http://127.0.0.1:${env.PORT}/api/ready`), child.ended])
    if (typeof first === 'string') throw new Error(`Next could not start (${first}); what it printed above says why.`)
  })
}

/** Development on Supabase may have no secret for jobs: then another scheduler runs them, or none. */
function scheduleJobs(env: Env, storeEnv: Settings): void {
  const secret = storeEnv.GROWTH_JOB_SECRET ?? env.GROWTH_JOB_SECRET
  if (!secret) return
  const hasRedis = env.REDIS_URL !== undefined || env.UPSTASH_REDIS_REST_URL !== undefined
  stopSchedule = startSchedule({ jobs: toJobs({ hasRedis }), url: `http://127.0.0.1:${env.PORT}`, secret, say })
}

async function waitUntilReady(url: string): Promise<void> {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS
  let last = 'no answer'
  while (Date.now() < deadlineMs && !isStopping) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
      if (response.ok) return
      last = `${response.status}: ${(await response.text()).slice(0, 500)}`
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    await new Promise((wake) => setTimeout(wake, 100))
  }
  if (!isStopping)
    throw new Error(`The product was not ready within ${READY_TIMEOUT_MS / 1000} s. Last answer: ${last}`)
}

/** Runs a helper process to its end. */
async function runChild(options: { name: string; args: readonly string[]; env: Settings }): Promise<void> {
  const child = startChild(options)
  children.push(child)
  const how = await child.ended
  children.splice(children.indexOf(child), 1)
  if (how !== 'exit code 0' && !isStopping) throw new Error(`${options.name} failed (${how}).`)
}

/** A child that ends while nobody asked it to takes the whole product down. */
function own(child: Child): void {
  children.push(child)
  void child.ended.then((how) =>
    stopFailed(`${child.name} ended unexpectedly (${how}); what it printed above says why. Stopping everything.`),
  )
}

async function stop(signal: string): Promise<void> {
  if (isStopping) {
    say('Still stopping …')
    return
  }
  isStopping = true
  say(`\n${signal}: stopping …`)
  const isClean = await stopChildren()
  say(isClean ? 'Stopped.' : 'Stopped, but not everything in time.')
  process.exit(isClean ? 0 : 1)
}

async function stopFailed(message: string): Promise<void> {
  if (isStopping) return
  isStopping = true
  process.stderr.write(`\n✗ ${message}\n`)
  await stopChildren()
  process.exit(1)
}

/** Last started, first stopped: Next drains while its database still answers. */
async function stopChildren(): Promise<boolean> {
  await stopSchedule?.()
  let isClean = true
  for (const child of [...children].reverse()) {
    const graceMs = child.name === 'Next' ? GRACE_MS.next : GRACE_MS.store
    if ((await stopChild(child, graceMs)) === 'stopped') continue
    isClean = false
    process.stderr.write(`${child.name} did not stop within ${graceMs / 1000} s and was killed.\n`)
  }
  return isClean
}
