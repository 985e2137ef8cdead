import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chownSync, closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'

const run = promisify(execFile)

/** A Postgres cluster of our own: `url` leads to its database `postgres` as superuser. */
export type PostgresCluster = {
  readonly url: string
  /** Ends it in order and removes its folder. */
  stop(): Promise<void>
  /** Ends the server and all of its backends at once, with SIGKILL; its folder stays as they left it. */
  kill(): Promise<void>
  /** Starts it again after `kill`, on the same port and folder, and waits until it answers. Nothing when it runs. */
  restart(): Promise<void>
}

/** The folder with `initdb` and `postgres`: pg_config's, else the newest of Debian's. Null when there is none. */
export async function findPostgresBinaries(): Promise<string | null> {
  const candidates: string[] = []
  try {
    candidates.push((await run('pg_config', ['--bindir'])).stdout.trim())
  } catch {
    // No pg_config: Debian installs it with the development files only.
  }
  const debian = '/usr/lib/postgresql'
  if (existsSync(debian)) {
    const versions = readdirSync(debian).sort((one, other) => Number(other) - Number(one))
    candidates.push(...versions.map((version) => join(debian, version, 'bin')))
  }
  return candidates.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null
}

/**
 * Ends Postgres (SIGINT is its fast shutdown) and removes its folder when the input closes: a test process may be killed
 * at any time, and nothing of it may stay behind. Arguments: the folder, then the command. Who was killed itself (137 is
 * 128 + SIGKILL) keeps the folder, to be started again.
 */
const GUARD = `
exec 3<&0
"$@" & server=$!
(cat <&3 >/dev/null; kill -INT $server 2>/dev/null) &
wait $server
code=$?
[ $code = 137 ] || rm -rf "$0"
exit $code`

const START_TIMEOUT_MS = 30_000

let shared: Promise<PostgresCluster | null> | undefined

/**
 * Starts a cluster in a temporary folder on a free port, as the user `postgres` when run as root (Postgres refuses root).
 * Once per process: later calls give the same one. Null when there are no Postgres binaries. A run of many files
 * starts it once and hands `url` on as GROWTH_TEST_POSTGRES_URL; each suite makes its own database in it.
 * `isDurable` makes a commit wait for the disk, as one in production does.
 */
export function startPostgres({ isDurable = false } = {}): Promise<PostgresCluster | null> {
  shared ??= startOwnPostgres({ isDurable }).then(
    (cluster) =>
      cluster && {
        ...cluster,
        stop() {
          shared = undefined
          return cluster.stop()
        },
      },
  )
  return shared
}

/** As `startPostgres`, but a cluster that nobody else uses: for tests that kill it. */
export async function startOwnPostgres({ isDurable = false } = {}): Promise<PostgresCluster | null> {
  const bin = await findPostgresBinaries()
  if (!bin) return null
  const owner = process.getuid?.() === 0 ? await readUser('postgres') : null
  const folder = mkdtempSync(join(tmpdir(), 'growth-postgres-'))
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const identity: { uid?: number; gid?: number } = owner ? { uid: owner.uid, gid: owner.gid } : {}
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'], {
    ...identity,
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C' },
  })
  const port = await findFreePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const start = () => startServer({ bin, folder, port, url, identity, isDurable })
  let server = await start()
  return {
    url,
    async stop() {
      await stopServer(server)
      rmSync(folder, { recursive: true, force: true })
    },
    kill: () => killServer(server, data),
    async restart() {
      if (hasEnded(server)) server = await start()
    },
  }
}

type Place = {
  bin: string
  folder: string
  port: number
  url: string
  identity: { uid?: number; gid?: number }
  isDurable: boolean
}

async function startServer({ bin, folder, port, url, identity, isDurable }: Place): Promise<ChildProcess> {
  // Durable against a killed process, which the tests need; not against a power cut, which they do not have.
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: isDurable ? 'on' : 'off',
    max_connections: 200,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const logFile = join(folder, 'log')
  const log = openSync(logFile, 'a')
  const command = [join(bin, 'postgres'), '-D', join(folder, 'data'), ...flags]
  const server = spawn('sh', ['-c', GUARD, folder, ...command], {
    ...identity,
    cwd: tmpdir(),
    env: { ...process.env, LC_ALL: 'C' },
    // A file and no pipe: whoever runs the tests may be too busy to read, and Postgres waits until it can write.
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  try {
    await waitUntilUp(url, server, logFile)
    return server
  } catch (error) {
    await stopServer(server)
    throw error
  }
}

async function readUser(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

/** A port of 127.0.0.1 that nothing listened on just now. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/** Asks until it answers; throws with what it wrote when it ends before, or is not up within half a minute. */
async function waitUntilUp(url: string, server: ChildProcess, logFile: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, backoff: () => 0.05, connect_timeout: 5 })
  const lastUpMs = Date.now() + START_TIMEOUT_MS
  try {
    for (;;) {
      try {
        await sql`select 1`
        return
      } catch (cause) {
        if (server.exitCode === null && Date.now() < lastUpMs) continue
        const tail = readFileSync(logFile, 'utf8').slice(-4_000)
        throw new Error(`postgres did not start (exit code ${server.exitCode}): ${tail}`, { cause })
      }
    }
  } finally {
    await sql.end({ timeout: 0 })
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** Closing the guard's input is what the end of this process does, too. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.stdin?.end()
  await ended
}

/** The postmaster first, so that it cannot repair anything; then whoever works for it, seen before they lose their parent. */
async function killServer(server: ChildProcess, data: string): Promise<void> {
  const postmasterPid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = (await readProcesses()).filter(({ parentPid }) => parentPid === postmasterPid)
  const ended = new Promise((resolve) => server.once('exit', resolve))
  for (const pid of [postmasterPid, ...children.map((child) => child.pid)]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // ESRCH: one that served a connection has ended by itself meanwhile
    }
  }
  server.stdin?.end()
  await ended
  // The next server refuses the folder while one of the old ones is attached to its memory.
  const pids = new Set(children.map((child) => child.pid))
  while ((await readProcesses()).some(({ pid, state }) => pids.has(pid) && !state.startsWith('Z'))) {
    await new Promise((wake) => setTimeout(wake, 20))
  }
}

async function readProcesses(): Promise<{ pid: number; parentPid: number; state: string }[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,state='])
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parentPid, state = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)/.exec(line) ?? []
    return pid ? [{ pid: Number(pid), parentPid: Number(parentPid), state }] : []
  })
}
