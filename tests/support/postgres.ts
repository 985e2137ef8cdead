import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chownSync, closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'

const run = promisify(execFile)

/** A Postgres cluster of our own: `url` leads to its database `postgres` as superuser. */
export type PostgresCluster = { readonly url: string; stop(): Promise<void> }

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
 * at any time, and nothing of it may stay behind. Arguments: the folder, then the command.
 */
const GUARD = `
exec 3<&0
"$@" & server=$!
(cat <&3 >/dev/null; kill -INT $server 2>/dev/null) &
wait $server
code=$?
rm -rf "$0"
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
  shared ??= startCluster(isDurable)
  return shared
}

async function startCluster(isDurable: boolean): Promise<PostgresCluster | null> {
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
  const server = spawn('sh', ['-c', GUARD, folder, join(bin, 'postgres'), '-D', data, ...flags], {
    ...identity,
    cwd: tmpdir(),
    env: { ...process.env, LC_ALL: 'C' },
    // A file and no pipe: whoever runs the tests may be too busy to read, and Postgres waits until it can write.
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const stop = () => stopCluster(server)
  try {
    await waitUntilUp(url, server, logFile)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
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

/** Closing the guard's input is what the end of this process does, too. */
async function stopCluster(server: ChildProcess): Promise<void> {
  shared = undefined
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.stdin?.end()
  await ended
}
