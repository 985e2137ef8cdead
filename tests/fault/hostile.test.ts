import { execFileSync } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAlive, type Product, startProduct } from '../support/product'
import { createProductStore, hasPostgres, type ProductStore } from '../support/product-store'
import { createHostileRequests, HOSTILE_KINDS, type HostileRequest } from './hostile-requests'
import { type Load, startLoad } from './load'
import { recount } from './recount'

const SEED = 20_261_121
const ROUNDS = 5
const REQUESTS_PER_ROUND = 2_000
/** So many at once that the largest bodies together stay below what the server holds before it says 503. */
const ATTACKERS = 8
const SLOW_CONNECTIONS = 300
/** Whoever sends half a request hangs up when nothing comes back for so long. */
const PATIENCE_MS = 50
/** What the serving process may have grown by since the first round: several bodies of 5 MiB await collection at any time. */
const GROWTH_BYTES_MAX = 128 * 1_048_576

describe('10,000 malformed and hostile requests', () => {
  let store: ProductStore
  let product: Product
  let honest: Load
  const statuses = new Map<string, Set<number>>()
  /** By status and first line, so that one cause does not hide the others. */
  const failures = new Set<string>()
  const sizes: number[] = []
  let sentCount = 0

  beforeAll(async () => {
    store = await createProductStore((await hasPostgres()) ? 'postgres' : 'embedded')
    product = await startProduct({ ...store.options, env: { GROWTH_TRUSTED_PROXIES: '127.0.0.0/8,::1' } })
    honest = startLoad([product], 2)
    const closeSlow = openSlowConnections(product)
    const next = createHostileRequests(SEED, product)
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(Array.from({ length: ATTACKERS }, () => attack(next, REQUESTS_PER_ROUND / ATTACKERS)))
      sizes.push(readResidentBytes(product.childPids.next))
    }
    closeSlow()
    await honest.finish()
  }, 300_000)

  afterAll(async () => {
    await honest?.abandon()
    await product?.kill()
    await store?.delete()
  }, 30_000)

  async function attack(next: () => HostileRequest, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const { kind, bytes, isIncomplete } = next()
      const seen = statuses.get(kind) ?? new Set()
      statuses.set(kind, seen)
      sentCount += 1
      const answer = await exchange(product, bytes, isIncomplete)
      for (const [, status] of answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
        seen.add(Number(status))
        const [line] = bytes.toString('latin1').slice(0, 200).split('\r\n')
        if (Number(status) >= 500) failures.add(`${kind}: ${status} to ${line}`)
      }
    }
  }

  it('are answered, each kind of them, and none with a 5xx', () => {
    expect(sentCount).toBe(ROUNDS * REQUESTS_PER_ROUND)
    expect([...statuses.keys()].sort()).toEqual([...HOSTILE_KINDS].sort())
    expect([...failures]).toEqual([])
    // The generator reaches every part of admission: what is broken, too large, unknown, not understood, and stored.
    const seen = new Set([...statuses.values()].flatMap((each) => [...each]))
    expect([202, 400, 401, 404, 413, 415, 422, 431].filter((status) => !seen.has(status))).toEqual([])
  })

  it('crash nothing: the same processes serve, and none of them met an error it did not expect', async () => {
    expect([product.pid, product.childPids.next, product.childPids.store].every(isAlive)).toBe(true)
    expect((await fetch(`${product.url}/api/ready`)).status).toBe(200)
    expect(product.output()).not.toMatch(/unexpected_error|front_failed|"code":"internal"/)
  })

  it('leave the memory of the serving process as it was after the first of them', () => {
    const [first, ...later] = sizes as [number, ...number[]]
    expect(later).toHaveLength(ROUNDS - 1)
    expect(Math.min(...later.slice(-2)) - first).toBeLessThan(GROWTH_BYTES_MAX)
  })

  it('keep no honest sender from being stored, each event once', async () => {
    expect(await product.stop()).toEqual({ code: 0, signal: null })
    expect(honest.items.size).toBeGreaterThan(100)
    expect([...honest.items.values()].filter((state) => state !== 'acknowledged')).toEqual([])
    const { foreign, ...wrong } = await recount(store, honest.items)
    expect(wrong).toEqual({ lost: [], doubled: [], wrongCounts: [], wrongProfiles: [] })
    // Of hostile batches what was right is stored, and nothing else.
    expect(foreign.filter((id) => !id.startsWith('018f3c5e-0000-7000-8000-'))).toEqual([])
  }, 60_000)
})

/** Sends the bytes on a connection of their own and gives all that comes back until it ends. */
function exchange({ url }: Product, bytes: Buffer, isIncomplete: boolean): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const patience = isIncomplete ? setTimeout(() => socket.end(), PATIENCE_MS) : undefined
    socket.setEncoding('latin1')
    socket.on('data', (text) => {
      answer += text
    })
    socket.on('error', () => {}) // being reset is an answer, too
    socket.once('end', () => socket.destroy())
    socket.once('close', () => {
      clearTimeout(patience)
      resolve(answer)
    })
    socket.write(bytes)
  })
}

/** Connections that send a byte now and then, half of them of their headers, half of a body. Gives what ends them. */
function openSlowConnections({ url, secretKey }: Product): () => void {
  const head = `POST /api/analytics/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${secretKey}\r\n`
  const sockets: Socket[] = Array.from({ length: SLOW_CONNECTIONS }, (_, index) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {}) // the server lost its patience, as it should
    socket.write(index % 2 === 0 ? `${head}X-Slow: ` : `${head}Content-Length: 100000\r\n\r\n{"events":[`)
    return socket
  })
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write(' ')
  }, 500)
  return () => {
    clearInterval(timer)
    for (const socket of sockets) socket.destroy()
  }
}

function readResidentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1_024
}
