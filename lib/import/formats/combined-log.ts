import { hash } from 'node:crypto'
import type { Translation } from '../import-item'

/**
 * `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"`, as Apache and Nginx write it; quotes and backslashes inside quotes are
 * escaped by a backslash. https://httpd.apache.org/docs/2.4/logs.html#combined. What a server appends is ignored.
 */
const LINE =
  /^(\S+) \S+ (.+?) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?/
const TIME = /^(\d{2})\/(\w{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Names of documents that a person reads; a path that ends otherwise leads to a file of a page, a feed or a download. */
const DOCUMENT = /\.(?:x?html?|php\d?|aspx?|jspx?|cgi|md)$/i

/**
 * One line of a combined log as a page view: a GET that was answered (2xx or 304) with a document. The person is the hash of
 * address and agent, which are not kept; the session is made from the times. Everything else a server answers is skipped.
 */
export function toLogVisit(line: string): Translation {
  const match = LINE.exec(line)
  const timestamp = match?.[3] === undefined ? null : toTimeMs(match[3])
  if (!match || timestamp === null) return { kind: 'bad', reason: 'unreadable' }
  const [, address = '', , , request = '', status = '', referrer, agent] = match
  const path = /^GET (\S+)/.exec(request)?.[1]
  if (path === undefined || !isAnswered(status) || !isDocument(path)) return { kind: 'skip' }
  const userAgent = unquote(agent)
  return {
    kind: 'item',
    isVisit: true,
    item: {
      timestamp,
      event: '$pageview',
      route: unquote(path),
      referrer: unquote(referrer),
      userAgent,
      anonymousId: toAnonymousId(address, userAgent ?? ''),
    },
  }
}

/** An id for whoever asks from an address with an agent: half of a SHA-256, so that neither leaves the reader of the file. */
export function toAnonymousId(address: string, userAgent: string): string {
  return hash('sha256', `${address}\n${userAgent}`, 'base64url').slice(0, 22)
}

function isAnswered(status: string): boolean {
  return status.startsWith('2') || status === '304'
}

function isDocument(path: string): boolean {
  const file =
    path
      .replace(/[?#].*$/s, '')
      .split('/')
      .at(-1) ?? ''
  // A version such as /docs/2.4 is no extension.
  return DOCUMENT.test(file) || !/\.[a-z][a-z0-9]{0,9}$/i.test(file)
}

function toTimeMs(text: string): number | null {
  const match = TIME.exec(text)
  if (!match) return null
  const [, day, month = '', year, hour, minute, second, sign, offsetHours, offsetMinutes] = match
  const monthIndex = MONTHS.indexOf(month)
  if (monthIndex < 0) return null
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return Date.UTC(Number(year), monthIndex, Number(day), Number(hour), Number(minute), Number(second)) - offsetMs
}

// A field without a value is `-`. Apache writes what is not printable as \xhh.
function unquote(text: string | undefined): string | undefined {
  if (text === undefined || text === '-' || text === '') return undefined
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_, hex?: string, plain?: string) =>
    hex === undefined ? (plain ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
