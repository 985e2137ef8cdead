import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { mintApiKey } from '../../../supabase/embedded/keys'
import { bootstrap } from '../../../supabase/embedded/migrations'
import { openPgliteStore } from '../../../supabase/embedded/pglite-store'
import { splitSql } from '../../../supabase/embedded/split-sql'
import { copyPgliteTemplate } from '../../support/store-place'
import { SAMPLE_SQL } from './sample'

const root = fileURLToPath(new URL('../../..', import.meta.url))
export const JWT_SECRET = 'a secret of the tests, 32 characters or more'

/** The embedded server as its own process, as the launcher starts it. */
export type EmbeddedProcess = {
  readonly child: ChildProcess
  readonly port: number
  readonly url: string
  readonly messages: readonly unknown[]
  /** With the service key. */
  readonly client: SupabaseClient
  readonly exited: Promise<Exit>
}
export type Exit = { code: number | null; signal: NodeJS.Signals | null; stderr: string; stdout: string }

/** A data folder whose database has the tables of sample.ts, and which no process holds. */
export async function createDataDir(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'growth-data-'))
  const folder = join(dataDir, 'postgres')
  await copyPgliteTemplate(folder)
  const store = await openPgliteStore(folder)
  await bootstrap(store)
  await store.transaction({}, async (tx) => {
    for (const statement of splitSql(SAMPLE_SQL)) await tx.query(statement)
  })
  await store.close()
  return dataDir
}

/** Starts the process and gives what becomes of it, whether it gets ready or not. */
export function spawnEmbedded(
  env: Record<string, string>,
  { hasChannel = true }: { hasChannel?: boolean } = {},
): {
  child: ChildProcess
  messages: unknown[]
  exited: Promise<Exit>
  ready: Promise<{ port: number; migrated: number }>
} {
  const { GROWTH_DATABASE_PORT: _, DATABASE_URL: __, ...inherited } = process.env
  const child = spawn(process.execPath, ['supabase/embedded/main.ts'], {
    cwd: root,
    env: { ...inherited, JWT_SECRET, ...env } as NodeJS.ProcessEnv,
    stdio: hasChannel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const messages: unknown[] = []
  // Not the event `close`: it never comes once the channel was disconnected from this side.
  const exited = Promise.all([
    once(child, 'exit'),
    ...[child.stdout, child.stderr].map((stream) => stream && once(stream, 'end')),
  ]).then(([[code, signal]]) => ({ code, signal, stdout, stderr }))
  const ready = new Promise<{ port: number; migrated: number }>((resolve, reject) => {
    child.on('message', (message: { type: string; port: number; migrated: number }) => {
      messages.push(message)
      if (message.type === 'ready') resolve(message)
    })
    child.stdout?.on('data', () => {
      if (!hasChannel && stdout.includes('\n')) resolve(JSON.parse(stdout))
    })
    void exited.then((exit) => reject(new Error(`ended with ${exit.code ?? exit.signal}: ${exit.stderr}`)))
  })
  ready.catch(() => undefined) // whoever expects an end looks at `exited`
  return { child, messages, exited, ready }
}

/** Starts the process and waits until it is ready. */
export async function startEmbedded(env: Record<string, string>): Promise<EmbeddedProcess> {
  const started = spawnEmbedded({ GROWTH_DATABASE_PORT: '0', ...env })
  const { port } = await started.ready
  const url = `http://127.0.0.1:${port}`
  const client = createClient(url, await mintApiKey(JWT_SECRET, 'service_role'), { auth: { persistSession: false } })
  return { ...started, port, url, client }
}
