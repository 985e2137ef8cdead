import { expect, test } from 'vitest'
import { toAnonymousId, toLogVisit } from '../../../../lib/import/formats/combined-log'

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const line = (request: string, status = 200, referrer = '-', agent = AGENT) =>
  `203.0.113.7 - - [10/Mar/2026:12:00:00 +0100] "${request}" ${status} 512 "${referrer}" "${agent}"`

test('a document that was answered is a page view of whoever asks from there, named by a hash', () => {
  const visit = toLogVisit(line('GET /pricing?utm_source=news HTTP/1.1', 200, 'https://search.example/'))
  expect(visit).toEqual({
    kind: 'item',
    isVisit: true,
    item: {
      timestamp: Date.UTC(2026, 2, 10, 11),
      event: '$pageview',
      route: '/pricing?utm_source=news',
      referrer: 'https://search.example/',
      userAgent: AGENT,
      anonymousId: toAnonymousId('203.0.113.7', AGENT),
    },
  })
  expect(JSON.stringify(visit)).not.toContain('203.0.113')
})

test.each([
  ['GET / HTTP/1.1', 200],
  ['GET /docs/2.4 HTTP/1.1', 304],
  ['GET /a.b/page.html?x=1.png HTTP/2', 206],
  ['GET /search.php?q=a HTTP/1.0', 200],
])('%s %i is a page view', (request, status) => {
  expect(toLogVisit(line(request, status)).kind).toBe('item')
})

test.each([
  ['GET /logo.png HTTP/1.1', 200],
  ['GET /app.css?v=2 HTTP/1.1', 200],
  ['GET /feed.xml HTTP/1.1', 200],
  ['GET / HTTP/1.1', 404],
  ['GET / HTTP/1.1', 301],
  ['POST / HTTP/1.1', 200],
  ['HEAD / HTTP/1.1', 200],
  ['-', 408],
])('%s %i is none', (request, status) => {
  expect(toLogVisit(line(request, status))).toEqual({ kind: 'skip' })
})

test('the agent may hold quotes, the line may lack it, and servers may add more', () => {
  const quoted = toLogVisit(line('GET / HTTP/1.1', 200, '-', 'say \\"hi\\" \\x41'))
  expect(quoted).toMatchObject({ item: { userAgent: 'say "hi" A' } })
  expect(toLogVisit('::1 - bob [10/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 -').kind).toBe('item')
  expect(toLogVisit(`${line('GET / HTTP/1.1')} "-" 0.004`).kind).toBe('item')
})

test.each([['hello'], [''], ['1.2.3.4 - - [99/Foo/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 1']])(
  '%s is unreadable',
  (text) => {
    expect(toLogVisit(text)).toEqual({ kind: 'bad', reason: 'unreadable' })
  },
)
