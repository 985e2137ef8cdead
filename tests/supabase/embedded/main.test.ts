import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { assertUnlocked } from '../../../supabase/embedded/lock'
import { createDataDir, type EmbeddedProcess, spawnEmbedded, startEmbedded } from './embedded-process'

// Each test starts real processes, which takes seconds each on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

let dataDir = ''
const started: Pick<EmbeddedProcess, 'child' | 'exited'>[] = []

beforeEach(async () => {
  dataDir = await createDataDir()
})

afterEach(async () => {
  for (const { child, exited } of started.splice(0)) {
    child.kill('SIGKILL')
    await exited
  }
  rmSync(dataDir, { recursive: true })
})

async function start(env: Record<string, string> = {}): Promise<EmbeddedProcess> {
  const embedded = await startEmbedded({ GROWTH_DATA_DIR: dataDir, ...env })
  started.push(embedded)
  return embedded
}

function spawnOnly(env: Record<string, string>, options?: { hasChannel: boolean }) {
  const embedded = spawnEmbedded({ GROWTH_DATA_DIR: dataDir, ...env }, options)
  started.push(embedded)
  return embedded
}

test('reports progress and readiness, serves, and ends with 0 and an unlocked folder on SIGTERM', async () => {
  const { child, client, messages, exited } = await start()
  expect(messages).toContainEqual({ type: 'progress', message: 'Opening the database' })
  expect(messages.at(-1)).toMatchObject({ type: 'ready', migrated: expect.any(Number) })
  expect((await client.from('numbers').select('n').eq('n', 7)).data).toEqual([{ n: 7 }])
  expect(() => assertUnlocked(dataDir)).toThrow(`process ${child.pid}`)
  child.kill('SIGTERM')
  expect(await exited).toMatchObject({ code: 0, stderr: '' })
  assertUnlocked(dataDir)
})

test('acknowledged rows survive kill -9 in the middle of writing', async () => {
  const first = await start()
  const acknowledged: number[] = []
  const write = async (n: number): Promise<void> => {
    const { error } = await first.client.from('numbers').insert({ n })
    if (error) return
    acknowledged.push(n)
    if (acknowledged.length === 40) first.child.kill('SIGKILL')
    await write(n + 8)
  }
  await Promise.all(Array.from({ length: 8 }, (_, index) => write(10_000 + index)))
  expect((await first.exited).signal).toBe('SIGKILL')
  const second = await start()
  const { data } = await second.client.from('numbers').select('n').gte('n', 10_000)
  const stored = new Set(data?.map(({ n }) => n))
  expect(acknowledged.length).toBeGreaterThanOrEqual(40)
  expect(acknowledged.filter((n) => !stored.has(n))).toEqual([])
})

test('a second process on the same folder is refused and told who holds it', async () => {
  const { child, client } = await start()
  const second = spawnOnly({ GROWTH_DATABASE_PORT: '0' })
  const { code, stderr } = await second.exited
  expect(code).toBe(1)
  expect(stderr).toMatch(
    new RegExp(`^The data folder ${dataDir} is in use by process ${child.pid}, which started at 20`),
  )
  expect((await client.from('numbers').select('n').eq('n', 7)).data).toEqual([{ n: 7 }])
})

test('of two that start at once after a kill -9 exactly one gets the folder', async () => {
  const first = await start()
  first.child.kill('SIGKILL')
  await first.exited
  const rivals = [spawnOnly({ GROWTH_DATABASE_PORT: '0' }), spawnOnly({ GROWTH_DATABASE_PORT: '0' })]
  const outcomes = await Promise.all(
    rivals.map(({ ready, exited }) =>
      Promise.race([ready.then(() => 'ready'), exited.then(({ stderr }) => stderr)]).catch(String),
    ),
  )
  expect(outcomes.filter((outcome) => outcome === 'ready')).toHaveLength(1)
  expect(outcomes.find((outcome) => outcome !== 'ready')).toContain('is in use by')
})

test('SIGTERM lets a running request finish, refuses new ones, and loses nothing', async () => {
  const { child, client, port, exited } = await start()
  const running = client.rpc('burn', { p_seconds: 1.5 }).then(({ data }) => data)
  // Answered on the same thread, so the request before it has arrived.
  await client.auth.getUser('nonsense')
  child.kill('SIGTERM')
  while ((await isListening(port)) === true);
  expect(await running).toBe(1)
  expect(await exited).toMatchObject({ code: 0 })
})

test('ends with its parent', async () => {
  const { child, exited } = await start()
  child.disconnect()
  expect(await exited).toMatchObject({ code: 0 })
})

test('without a channel it prints one line of JSON', async () => {
  const { child, ready, exited } = spawnOnly({ GROWTH_DATABASE_PORT: '0' }, { hasChannel: false })
  const { port } = await ready
  expect((await fetch(`http://127.0.0.1:${port}/auth/v1/health`)).status).toBe(200)
  child.kill('SIGINT')
  const { code, stdout } = await exited
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ type: 'ready', port })
})

test('listens on loopback only', async () => {
  const { port } = await start()
  // /proc/net/tcp lists listening sockets (state 0A) as hexadecimal address:port.
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  const listening = sockets.filter((line) => line.includes(`:${hexPort} `) && / 0A /.test(line))
  expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([`0100007F:${hexPort}`])
})

test('a chosen port that is taken stops the start; an unset one gives way to any free one', async () => {
  const [server, port] = await occupy()
  const chosen = spawnOnly({ GROWTH_DATABASE_PORT: String(port) })
  expect(await chosen.exited).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Port ${port} of GROWTH_DATABASE_PORT is taken`),
  })
  server.close()
  const usual = await occupy(54_321).catch(() => null) // taken already is as good
  const unset = spawnOnly({})
  expect((await unset.ready).port).not.toBe(54_321)
  usual?.[0].close()
})

test('says what is missing or wrong in one line and ends with 1', async () => {
  const unset = spawnOnly({ JWT_SECRET: '' })
  expect(await unset.exited).toMatchObject({ code: 1, stderr: expect.stringContaining('JWT_SECRET is missing') })
  const away = spawnOnly({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  expect(await away.exited).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The Postgres of DATABASE_URL does not answer'),
  })
})

test('a first start that is killed in the middle is begun anew by the next', async () => {
  rmSync(join(dataDir, 'postgres'), { recursive: true })
  const first = spawnOnly({ GROWTH_DATABASE_PORT: '0' })
  await once(first.child, 'message')
  while (!existsSync(join(dataDir, 'postgres.new', 'PG_VERSION'))) await new Promise((wake) => setImmediate(wake))
  first.child.kill('SIGKILL')
  await first.exited
  const second = await start()
  expect((await second.client.from('projects').select('slug')).error).toBeNull()
})

test('a data folder that is no database stops the start', async () => {
  rmSync(join(dataDir, 'postgres', 'global'), { recursive: true })
  const { exited } = spawnOnly({ GROWTH_DATABASE_PORT: '0' })
  expect((await exited).code).toBe(1)
})

async function occupy(port = 0): Promise<[Server, number]> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return [server, (server.address() as AddressInfo).port]
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
