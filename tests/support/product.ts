import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findFreePort } from './postgres.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The first start of a test run builds, which takes about half a minute on two cores. */
const START_TIMEOUT_MS = 240_000

export type Exit = { code: number | null; signal: NodeJS.Signals | null }

/** The running product: what `npm start` runs, on a free port, over a data folder of its own. */
export type Product = {
  readonly url: string
  readonly admin: { email: string; password: string }
  readonly secretKey: string
  readonly publishableKey: string
  readonly dataDir: string
  /** Process ids of the launcher and its children; no store where it is Supabase's. */
  readonly pid: number
  readonly childPids: { store: number | null; next: number }
  /** Settles when the launcher has ended. */
  readonly ended: Promise<Exit>
  /** Everything it printed so far, both streams in order of arrival. */
  output(): string
  /** Asks the launcher to stop, as a terminal or a container runtime does, and waits for it. */
  stop(signal?: NodeJS.Signals): Promise<Exit>
  /** Kills the launcher and its children at once, with SIGKILL: nobody gets to tidy up. */
  kill(): Promise<void>
}

export type ProductOptions = {
  /** Own Postgres instead of the embedded database. */
  databaseUrl?: string
  /** A folder to start on again; a new one when left out. Folders of this run are removed when it ends. */
  dataDir?: string
  port?: number
  env?: Record<string, string>
}

const dataDirs = new Set<string>()
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  for (const dir of dataDirs) rmSync(dir, { recursive: true, force: true })
})

/** A new, empty data folder, removed when this test run ends. */
export function createDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'growth-test-'))
  dataDirs.add(dir)
  return dir
}

/**
 * Starts the product through its launcher and waits until `/api/ready` answers 200. Throws with everything it printed when
 * it ends before, or is not ready in time.
 */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataDir = options.dataDir ?? createDataDir()
  const port = options.port ?? (await findFreePort())
  const url = `http://localhost:${port}`
  const admin = { email: 'admin@example.test', password: 'correct horse battery staple' }
  const secretKey = 'sk_test_0123456789abcdefghijklmn'
  const publishableKey = 'pk_test_0123456789abcdefgh'

  // Two launchers that find no fresh build would both build into the same folder.
  const releaseLock = await acquireBuildLock()
  try {
    const launcher = spawn(process.execPath, ['scripts/start.ts'], {
      cwd: root,
      env: {
        ...inheritedEnv(),
        PORT: String(port),
        GROWTH_DATA_DIR: dataDir,
        GROWTH_DATABASE_PORT: String(await findFreePort()),
        GROWTH_ADMIN_EMAIL: admin.email,
        GROWTH_ADMIN_PASSWORD: admin.password,
        GROWTH_SECRET_KEY: secretKey,
        GROWTH_PUBLISHABLE_KEY: publishableKey,
        ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl }),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(launcher)
    let printed = ''
    launcher.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
    launcher.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
    // `close` and not `exit`: the last words are still in the pipe when the process ends.
    const ended = new Promise<Exit>((resolve) => {
      launcher.once('close', (code, signal) => {
        running.delete(launcher)
        resolve({ code, signal })
      })
    })
    await waitUntilReady(url, ended, () => printed, launcher)

    const pid = launcher.pid as number
    const childPids = findChildren(pid)
    return {
      url,
      admin,
      secretKey,
      publishableKey,
      dataDir,
      pid,
      childPids,
      ended,
      output: () => printed,
      async stop(signal = 'SIGTERM') {
        launcher.kill(signal)
        return await ended
      },
      async kill() {
        for (const each of [pid, childPids.next, childPids.store]) killIfAlive(each)
        await ended
      },
    }
  } finally {
    releaseLock()
  }
}

/** Whether a process with this id exists and has not ended. */
export function isAlive(pid: number | null): boolean {
  if (pid === null) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false // ESRCH: it is gone
  }
}

/** Kills one process for good; nothing happens when it has ended already. */
export function killIfAlive(pid: number | null): void {
  if (pid !== null && isAlive(pid)) process.kill(pid, 'SIGKILL')
}

// The settings of whoever runs the tests must not steer the product under test.
function inheritedEnv(): NodeJS.ProcessEnv {
  const steering =
    /^(GROWTH_(?!BUILD_DIR)|NEXT_PUBLIC_|SUPABASE_|UPSTASH_|VITEST|DATABASE_URL|REDIS_URL|CORS_ORIGINS|PORT$|NODE_ENV$)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name))) as NodeJS.ProcessEnv
}

async function waitUntilReady(
  url: string,
  ended: Promise<Exit>,
  output: () => string,
  launcher: ChildProcess,
): Promise<void> {
  let exit: Exit | undefined
  void ended.then((how) => {
    exit = how
  })
  const deadlineMs = Date.now() + START_TIMEOUT_MS
  // Ready is the launcher's word, too: the route answers a little before the launcher has taken note of it.
  while (!(output().includes('Ready at') && (await answersReady(url)))) {
    if (exit) throw new Error(`The product ended while starting (code ${exit.code}). It printed:\n${output()}`)
    if (Date.now() > deadlineMs) {
      launcher.kill('SIGTERM')
      throw new Error(`The product was not ready within ${START_TIMEOUT_MS / 1000} s. It printed:\n${output()}`)
    }
    await new Promise((wake) => setTimeout(wake, 50))
  }
}

async function answersReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/ready`)).ok
  } catch {
    return false // nothing listens yet
  }
}

/** The launcher's children, told apart by what they run. */
function findChildren(launcherPid: number): Product['childPids'] {
  const found: { store?: number; next?: number } = {}
  for (const line of execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')) {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (Number(parent) !== launcherPid) continue
    if (args?.includes('supabase/embedded/main.ts')) found.store = Number(pid)
    else if (args?.includes('scripts/serve/main.ts')) found.next = Number(pid)
  }
  if (!found.next) throw new Error(`The launcher ${launcherPid} runs ${JSON.stringify(found)} only.`)
  return { store: found.store ?? null, next: found.next }
}

async function acquireBuildLock(): Promise<() => void> {
  const path = join(tmpdir(), `growth-test-start-${Buffer.from(root).toString('base64url').slice(-60)}.lock`)
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holderPid = readLockHolder(path)
    if (holderPid !== null && !isAlive(holderPid)) rmSync(path, { force: true })
    await new Promise((wake) => setTimeout(wake, 100))
  }
}

/** Null when the lock was released, or is being signed, this very moment. */
function readLockHolder(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8')) || null
  } catch {
    return null
  }
}
