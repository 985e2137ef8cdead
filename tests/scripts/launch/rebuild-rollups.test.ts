import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { rebuildRollups } from '../../../scripts/launch/rebuild-rollups'

type Answer = { status?: number; body: unknown }

describe('rebuildRollups', () => {
  const stops: (() => void)[] = []
  afterEach(() => {
    for (const stop of stops.splice(0)) stop()
  })

  /** A product that gives each job's answers in turn, the last one again and again; and what it was asked. */
  async function serve(answers: Record<string, Answer[]>) {
    const asked: string[] = []
    const server = createServer((request, response) => {
      const job = request.url?.split('/').at(-1) ?? ''
      asked.push(`${request.method} ${job} ${request.headers.authorization}`)
      const turns = answers[job] ?? []
      const answer = (turns.length > 1 ? turns.shift() : turns[0]) ?? { status: 404, body: {} }
      response.statusCode = answer.status ?? 200
      response.end(JSON.stringify(answer.body))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    stops.push(() => server.close())
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
  }

  it('marks everything once, then rolls up until nothing is left', async () => {
    const { url, asked } = await serve({
      'rebuild-rollups': [{ body: { data: { projects: 1 } } }],
      'roll-up': [{ body: { data: { remaining: 3 } } }, { body: { data: { remaining: 0 } } }],
      'roll-up-vitals': [
        { body: { data: { hours: 5, isDone: false } } },
        { body: { data: { hours: 0, isDone: true } } },
      ],
      'roll-up-calls': [{ body: { data: { hours: 7, isDone: true } } }],
    })
    const lines: string[] = []
    await rebuildRollups(url, 'secret', (line) => lines.push(line))
    expect(asked).toEqual(
      ['rebuild-rollups', 'roll-up', 'roll-up', 'roll-up-vitals', 'roll-up-vitals', 'roll-up-calls'].map(
        (job) => `POST ${job} Bearer secret`,
      ),
    )
    expect(lines.at(-1)).toBe('All rollups are made anew.')
  })

  it('says in the product’s words why it was refused', async () => {
    const { url } = await serve({
      'rebuild-rollups': [{ status: 401, body: { error: { code: 'unauthorized', message: 'Unknown secret.' } } }],
    })
    await expect(rebuildRollups(url, 'wrong', () => {})).rejects.toThrow(
      'rebuild-rollups: unauthorized Unknown secret.',
    )
  })

  it('says that nobody answers', async () => {
    await expect(rebuildRollups('http://127.0.0.1:1', 'secret', () => {})).rejects.toThrow('start the product first')
  })
})
