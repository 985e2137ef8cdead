import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { findFreePort } from './postgres.ts'

/** A Redis server of our own; `dir` holds what it keeps across restarts. */
export type RedisServer = {
  readonly url: string
  readonly port: number
  readonly dir: string
  readonly pid: number
  /** Ends it in order: what it holds is written. */
  stop(): Promise<void>
  /** Ends it at once, with SIGKILL. */
  kill(): Promise<void>
  /** Stops the process where it stands, so that it accepts connections and answers none. */
  freeze(): void
  /** Lets it go on. */
  thaw(): void
  /** One command, straight to the server: for arranging and inspecting. Replies as RESP2 has them; rejects with an error reply. */
  call(...command: (string | number)[]): Promise<RedisReply>
}

export type RedisReply = string | number | null | RedisReply[]

export type RedisOptions = {
  /** Keeps every write in an append-only file; on, unless told. */
  appendonly?: boolean
  maxmemoryPolicy?: 'noeviction' | 'allkeys-lru' | 'volatile-lru'
  maxmemory?: string
  /** A port to start on again; a free one when left out. */
  port?: number
  /** A folder to start on again; a new one when left out. Folders of this run are removed when it ends. */
  dir?: string
}

const START_TIMEOUT_MS = 20_000

/** Ends the server when the input closes: a test process may be killed at any time, and nothing of it may stay behind. */
const GUARD = `
exec 3<&0
"$@" & server=$!
(read -r _ <&3; kill -TERM $server 2>/dev/null) & watcher=$!
wait $server
code=$?
kill $watcher 2>/dev/null
exit $code`

const dirs = new Set<string>()
process.once('exit', () => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

/** Where redis-server is; null when it is not installed. */
export function findRedisServer(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/bin', '/usr/local/bin', '/opt/homebrew/bin')
  return folders.map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path)) ?? null
}

/** Whether suites that need a Redis can run here. */
export const hasRedis = findRedisServer() !== null

/**
 * Starts a Redis on a free port of 127.0.0.1 and waits until it has read its files and answers. Durable against being
 * killed, as a spill must be: append-only file, nothing evicted. Throws with what it printed when it does not start.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const program = findRedisServer()
  if (!program) throw new Error('redis-server is not installed')
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'growth-redis-'))
  dirs.add(dir)
  const port = options.port ?? (await findFreePort())
  const settings = {
    port,
    bind: '127.0.0.1',
    dir,
    save: '',
    appendonly: (options.appendonly ?? true) ? 'yes' : 'no',
    'maxmemory-policy': options.maxmemoryPolicy ?? 'noeviction',
    maxmemory: options.maxmemory ?? '0',
    'enable-debug-command': 'yes',
  }
  const logFile = join(dir, 'log')
  const log = openSync(logFile, 'a')
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn('sh', ['-c', GUARD, 'sh', program, ...args], { stdio: ['pipe', log, log] })
  closeSync(log)
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  await waitUntilUp(port, child, logFile)
  const pid = await readProcessId(port)
  const signal = (name: NodeJS.Signals) => {
    if (child.exitCode === null && isAlive(pid)) process.kill(pid, name)
  }
  const end = (name: NodeJS.Signals) => {
    signal(name)
    return ended
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir,
    pid,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    call: (...command) => callRedis(port, command.map(String)),
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false // ended, and its guard is about to
  }
}

/** Asks until it answers; while it reads its files it says LOADING. */
async function waitUntilUp(port: number, child: ChildProcess, logFile: string): Promise<void> {
  const lastUpMs = Date.now() + START_TIMEOUT_MS
  for (;;) {
    try {
      await callRedis(port, ['PING'])
      return
    } catch (cause) {
      if (child.exitCode === null && Date.now() < lastUpMs) {
        await new Promise((wake) => setTimeout(wake, 10))
        continue
      }
      child.stdin?.end()
      const tail = readFileSync(logFile, 'utf8').slice(-4_000)
      throw new Error(`redis-server did not start (exit code ${child.exitCode}): ${tail}`, { cause })
    }
  }
}

async function readProcessId(port: number): Promise<number> {
  const info = String(await callRedis(port, ['INFO', 'server']))
  return Number(/process_id:(\d+)/.exec(info)?.[1])
}

/** One connection, one command, one reply: the tests look past the code under test. */
function callRedis(port: number, command: readonly string[]): Promise<RedisReply> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const parsed = parseReply(received, 0)
      if (!parsed) return
      socket.destroy()
      if (parsed.value instanceof Error) reject(parsed.value)
      else resolve(parsed.value)
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the connection ended before the reply')))
    const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`)
    socket.write(`*${command.length}\r\n${parts.join('')}`)
  })
}

type Parsed = { value: RedisReply | Error; next: number }

/** The reply that begins at `from`, or null when not all of it is there. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
function parseReply(bytes: Buffer, from: number): Parsed | null {
  const lineEnd = bytes.indexOf('\r\n', from)
  if (lineEnd < 0) return null
  const line = bytes.toString('utf8', from + 1, lineEnd)
  const next = lineEnd + 2
  switch (String.fromCharCode(bytes[from] as number)) {
    case '+':
      return { value: line, next }
    case '-':
      return { value: new Error(line), next }
    case ':':
      return { value: Number(line), next }
    case '$': {
      const size = Number(line)
      if (size < 0) return { value: null, next }
      if (bytes.length < next + size + 2) return null
      return { value: bytes.toString('utf8', next, next + size), next: next + size + 2 }
    }
    case '*':
      return parseArray(bytes, next, Number(line))
    default:
      throw new Error(`no reply of RESP2: ${line}`)
  }
}

function parseArray(bytes: Buffer, from: number, count: number): Parsed | null {
  if (count < 0) return { value: null, next: from }
  const values: RedisReply[] = []
  let next = from
  for (let index = 0; index < count; index += 1) {
    const parsed = parseReply(bytes, next)
    if (!parsed) return null
    values.push(parsed.value instanceof Error ? parsed.value.message : parsed.value)
    next = parsed.next
  }
  return { value: values, next }
}
