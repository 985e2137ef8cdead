import { randomBytes } from 'node:crypto'

const NAMES = ['$pageview', 'recipe_clicked', 'recipe_viewed', 'meal_planned', 'search', 'share', 'signed_up', 'rated']
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const VISITORS = 10_000

/** One client's HTTP request, whose ids, times and visitor change from one sending to the next. */
export type Batch = { next(): Buffer }

/**
 * A request with `batchSize` events of different names, two properties each, of one visitor out of 10,000. The bytes are made
 * once and what changes is written over in place: a generator that builds JSON would take the processor it measures.
 */
export function createBatch({
  path,
  headers,
  batchSize,
}: {
  path: string
  headers: Readonly<Record<string, string>>
  batchSize: number
}): Batch {
  const events = Array.from({ length: batchSize }, (_, index) => ({
    id: '@0000000-0000-7000-8000-000000000000',
    event: NAMES[index % NAMES.length],
    timestamp: 1_111_111_111_111,
    properties: { plan: 'pro', position: index },
  }))
  const context = {
    sessionId: 'visitor-#0000-s',
    anonymousId: 'visitor-#0000',
    route: '/recipes/[id]',
    userAgent: BROWSER,
  }
  const body = JSON.stringify({ sentAt: 1_111_111_111_111, context, events })
  const head = Object.entries({ Host: 'localhost', ...headers, 'Content-Length': String(body.length) })
  const text = `POST ${path} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
  const bytes = Buffer.from(text, 'latin1')
  const ids = findAll(text, '@0000000-')
  const times = findAll(text, '1111111111111')
  const visitors = findAll(text, '#0000')
  // An id is what UUIDv7 is: the time first, then what no other batch has.
  const client = randomBytes(4).toString('hex')
  let count = 0
  return {
    next() {
      const now = Date.now()
      const time = String(now)
      const timeHex = now.toString(16).padStart(12, '0')
      const visitor = String(Math.floor(Math.random() * VISITORS)).padStart(5, '0')
      for (const at of times) bytes.write(time, at, 'latin1')
      for (const at of visitors) bytes.write(visitor, at, 'latin1')
      for (const at of ids) {
        count += 1
        const id = `${timeHex.slice(0, 8)}-${timeHex.slice(8)}-7000-8${client.slice(0, 3)}-${client.slice(3)}${count.toString(16).padStart(7, '0')}`
        bytes.write(id, at, 'latin1')
      }
      return bytes
    },
  }
}

function findAll(text: string, what: string): number[] {
  const found: number[] = []
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + 1)) found.push(at)
  return found
}
