import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mintApiKey } from '../../supabase/embedded/keys'
import { createDataDir, type Product, startProduct } from '../support/product'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const JWT_SECRET = 'a secret of the store elsewhere, 32 characters and more'
const SECRETS = { GROWTH_JOB_SECRET: 'job-secret', ENCRYPTION_KEY: '0'.repeat(64) }

/** A process of ours, what it printed, and how it ended. */
async function run(args: string[], env: Record<string, string>): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { PATH: process.env.PATH ?? '', ...env } as never })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, printed }
}

/** Stands where Supabase stands: a server that somebody else has started and migrated, known by its address and keys. */
async function startStoreElsewhere(): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['supabase/embedded/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      GROWTH_DATA_DIR: createDataDir(),
      GROWTH_DATABASE_PORT: '0',
      JWT_SECRET,
    } as never,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  const { port } = JSON.parse(line) as { port: number }
  return { process: child, url: `http://127.0.0.1:${port}` }
}

describe('with the address and the keys of a Supabase', () => {
  let store: Awaited<ReturnType<typeof startStoreElsewhere>>
  let env: Record<string, string>
  let product: Product

  beforeAll(async () => {
    store = await startStoreElsewhere()
    env = {
      NEXT_PUBLIC_SUPABASE_URL: store.url,
      NEXT_PUBLIC_SUPABASE_ANON_KEY: await mintApiKey(JWT_SECRET, 'anon'),
      SUPABASE_SERVICE_KEY: await mintApiKey(JWT_SECRET, 'service_role'),
    }
    product = await startProduct({ env: { ...env, ...SECRETS } })
  }, 300_000)

  afterAll(async () => {
    expect(await product?.stop()).toEqual({ code: 0, signal: null })
    store?.process.kill('SIGTERM')
  }, 60_000)

  it('nothing of ours runs for the store, and no secret is made', () => {
    expect(product.childPids.store).toBeNull()
    expect(product.output()).toContain('Growth Stack on Supabase at 127.0.0.1')
    expect(product.output()).not.toContain('with password')
  })

  it('the same code takes events and answers for them', async () => {
    const headers = { authorization: `Bearer ${product.secretKey}`, 'content-type': 'application/json' }
    const event = { id: '019a9b3e-5e3d-7c1a-b111-0123456789ab', event: 'seen', timestamp: Date.now() }
    const sent = await fetch(`${product.url}/api/analytics/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ context: { userId: 'ada' }, events: [event] }),
    })
    expect(sent.status).toBe(202)
    const read = await fetch(`${product.url}/api/analytics/events?range=24h`, { headers })
    expect(await read.json()).toMatchObject({ data: { totals: { events: 1, people: 1 } } })
  })

  it('npm run admin:create makes an admin, who can sign in', async () => {
    const account = { email: 'first@example.test', password: 'correct horse battery staple' }
    const made = await run(['scripts/admin-create.ts', account.email], {
      ...env,
      GROWTH_ADMIN_PASSWORD: account.password,
    })
    expect(made).toMatchObject({ code: 0, printed: expect.stringContaining('first@example.test is an admin now') })
    const answer = await fetch(`${product.url}/api/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: product.url },
      body: JSON.stringify(account),
    })
    expect(await answer.json()).toMatchObject({ data: { projects: [{ slug: 'default', role: 'admin' }] } })
  })

  it('a missing secret stops the start with one message that names every one', async () => {
    const { code, printed } = await run(['scripts/start.ts'], { ...env, PORT: '0' })
    expect(code).toBe(1)
    expect(printed).toContain('Missing secrets: GROWTH_SECRET_KEY, GROWTH_JOB_SECRET, ENCRYPTION_KEY')
  })

  it('a Supabase without the migrations or out of reach is said so, with what to do', async () => {
    const away = {
      ...env,
      ...SECRETS,
      GROWTH_SECRET_KEY: 'sk_x',
      NEXT_PUBLIC_SUPABASE_URL: 'http://127.0.0.1:9',
      PORT: '0',
    }
    const { code, printed } = await run(['scripts/start.ts'], away)
    expect(code).toBe(1)
    expect(printed).toContain('supabase db push')
  })
})
