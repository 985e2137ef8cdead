import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { startSchedule, toJobs } from '../../../scripts/launch/schedule'

const SECRET = 'the secret of jobs'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A wait that ends when the test says so; `asked` settles with the next interval that somebody waits for. */
function createClock() {
  const waits: { ms: number; wake: () => void }[] = []
  const askers: ((wait: { ms: number; wake: () => void }) => void)[] = []
  return {
    wait: (ms: number, signal: AbortSignal) =>
      new Promise<void>((wake) => {
        signal.addEventListener('abort', () => wake())
        const asker = askers.shift()
        if (asker) asker({ ms, wake })
        else waits.push({ ms, wake })
      }),
    next: (): Promise<{ ms: number; wake: () => void }> => {
      const known = waits.shift()
      return known ? Promise.resolve(known) : new Promise((resolve) => askers.push(resolve))
    },
  }
}

describe('the jobs of an install', () => {
  it('empty the spill often where there is a Redis, and not at all where there is none', () => {
    expect(toJobs({ hasRedis: true }).map(({ job }) => job)).toContain('drain-spill')
    expect(toJobs({ hasRedis: false }).map(({ job }) => job)).toEqual([
      'fold-counts',
      'roll-up',
      'roll-up-vitals',
      'roll-up-calls',
      'purge-expired',
      'create-partitions',
    ])
  })
})

describe('a schedule', () => {
  it('runs a job at once and then after each interval, as the holder of the secret, and never beside itself', async () => {
    let running = 0
    let runningMax = 0
    const seen: string[] = []
    const url = await serve(async (request, response) => {
      running += 1
      runningMax = Math.max(runningMax, running)
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      response.end('{}')
    })
    const clock = createClock()
    const stop = startSchedule({ jobs: [{ job: 'tidy', everyMs: 7 }], url, secret: SECRET, say: () => {}, ...clock })
    for (let i = 0; i < 3; i += 1) {
      const { ms, wake } = await clock.next()
      expect(ms).toBe(7)
      wake()
    }
    await clock.next()
    await stop()
    expect(seen).toEqual(Array(4).fill(`POST /api/jobs/tidy Bearer ${SECRET}`))
    expect(runningMax).toBe(1)
  })

  it('tells of a failure once, of another one again, and that it is over', async () => {
    const answers = [
      [500, '{"error":{"code":"internal","requestId":"1"}}'],
      [500, '{"error":{"code":"internal","requestId":"2"}}'],
      [404, '<html>'],
      [404, '<html>'],
      [200, '{}'],
      [200, '{}'],
    ] as const
    let turn = 0
    const url = await serve((_, response) => {
      const [status, body] = answers[turn++] as (typeof answers)[number]
      response.writeHead(status).end(body)
    })
    const clock = createClock()
    const told: string[] = []
    const say = (line: string) => void told.push(line)
    const stop = startSchedule({ jobs: [{ job: 'tidy', everyMs: 1 }], url, secret: SECRET, say, ...clock })
    for (let i = 1; i < answers.length; i += 1) (await clock.next()).wake()
    await clock.next()
    await stop()
    expect(told).toEqual(['Job tidy failed: 500 internal', 'Job tidy failed: 404', 'Job tidy runs again.'])
  })

  it('goes on while another job hangs, and stops without waiting for it', async () => {
    let hung = (): void => {}
    const arrived = new Promise<void>((resolve) => {
      hung = resolve
    })
    const url = await serve((request, response) => {
      if (request.url?.endsWith('hang')) hung()
      else response.end('{}')
    })
    const clock = createClock()
    const told: string[] = []
    const jobs = [
      { job: 'hang', everyMs: 1 },
      { job: 'tidy', everyMs: 2 },
    ]
    const say = (line: string) => void told.push(line)
    const stop = startSchedule({ jobs, url, secret: SECRET, say, ...clock })
    await arrived
    for (let i = 0; i < 3; i += 1) {
      const { ms, wake } = await clock.next()
      expect(ms).toBe(2)
      wake()
    }
    await stop()
    expect(told).toEqual([])
  })

  it('waits for real, and wakes to stop', async () => {
    const url = await serve((_, response) => void response.end('{}'))
    const answered = once(server as Server, 'request')
    const stop = startSchedule({ jobs: [{ job: 'tidy', everyMs: 3_600_000 }], url, secret: SECRET, say: () => {} })
    await answered
    await stop()
  })
})
