import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createClient } from '@supabase/supabase-js'
import { describe, expect, test } from 'vitest'
import { mintApiKey } from '../../../supabase/embedded/keys'
import { bootstrap } from '../../../supabase/embedded/migrations'
import { openPostgresStore } from '../../../supabase/embedded/postgres-store'
import { startServer } from '../../../supabase/embedded/server'
import { STORE_KINDS } from '../../support/store'
import { createPostgresDatabase } from '../../support/store-place'
import { startEmbedded } from './embedded-process'

const SECRET = 'a secret of the tests, 32 characters or more'

describe.runIf(STORE_KINDS.includes('postgres'))('a Postgres that goes away', () => {
  test('gives 503 at once and is used again as soon as it is back', async () => {
    const place = await createPostgresDatabase()
    await bootstrap(place.store)
    await place.store.transaction({}, (tx) => tx.query('create table public.things (id integer)'))
    const cable = new Cable(Number(new URL(place.url).port))
    const url = new URL(place.url)
    url.port = String(await cable.connect())
    const store = await openPostgresStore(url.href)
    const server = await startServer({ store, jwtSecret: SECRET, port: 0 })
    const client = createClient(server.url, await mintApiKey(SECRET, 'service_role'), {
      auth: { persistSession: false },
    })

    expect((await client.from('things').select()).status).toBe(200)
    await cable.cut()
    for (const _ of [1, 2, 3]) {
      const { status, error } = await client.from('things').select().retry(false)
      expect(status).toBe(503)
      expect(error).toMatchObject({ code: 'PGRST001', message: 'Database client error. Retrying the connection.' })
    }
    expect((await client.auth.signInWithPassword({ email: 'a@example.com', password: 'x' })).error?.status).toBe(503)
    await cable.connect()
    expect((await client.from('things').insert({ id: 1 })).status).toBe(201)

    await server.close()
    await store.close()
    await cable.cut()
    await place.store.close()
    await place.remove()
  })
})

describe.runIf(STORE_KINDS.includes('postgres'))(
  'the process, with connections that close under its statements',
  () => {
    test('lives on, and uses Postgres again each time', async () => {
      const place = await createPostgresDatabase()
      const cable = new Cable(Number(new URL(place.url).port))
      const url = new URL(place.url)
      url.port = String(await cable.connect())
      const embedded = await startEmbedded({ DATABASE_URL: url.href })
      let isOver = false
      const ask = async () => embedded.client.rpc('get_project_by_slug', { p_slug: 'default' })
      const asking = Array.from({ length: 8 }, async () => {
        while (!isOver) await ask()
      })
      for (let round = 0; round < 10; round += 1) {
        await expect.poll(async () => (await ask()).status, { timeout: 30_000 }).toBe(200)
        await cable.cut()
        await expect.poll(async () => (await ask()).status, { timeout: 30_000 }).toBe(503)
        await cable.connect()
      }
      isOver = true
      await Promise.all(asking)
      expect(embedded.child.exitCode).toBeNull()
      embedded.child.kill('SIGTERM')
      expect(await embedded.exited).toMatchObject({ code: 0 })
      await cable.cut()
      await place.store.close()
      await place.remove()
    }, 120_000)
  },
)

/** What lies between the server and Postgres, and can be cut. */
class Cable {
  private readonly target: number
  private readonly sockets = new Set<Socket>()
  private server: Server | undefined
  private port = 0

  constructor(target: number) {
    this.target = target
  }

  async connect(): Promise<number> {
    this.server = createServer((socket) => {
      const onward = connect(this.target, '127.0.0.1')
      for (const each of [socket, onward]) {
        this.sockets.add(each)
        each.on('error', () => {}) // cut on purpose
      }
      socket.pipe(onward).pipe(socket)
    }).listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    this.port = (this.server.address() as AddressInfo).port
    return this.port
  }

  async cut(): Promise<void> {
    this.server?.close()
    for (const socket of this.sockets) socket.destroy()
    this.sockets.clear()
  }
}
