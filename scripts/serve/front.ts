import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { boundRequest } from './bound-request.ts'
import { type BodyBudget, readBody } from './read-body.ts'
import { sendWebResponse, toWebRequest } from './web-exchange.ts'

/** A route handler that needs nothing of its path. */
export type Handler = (request: Request) => Promise<Response>
export type Handlers = { readonly POST: Handler; readonly OPTIONS: Handler }

/** What the bundle of collector.ts exports. */
export type Collector = {
  /** By the whole path. */
  readonly routes: ReadonlyMap<string, Handlers>
  readonly bodySizeBytesMax: number
  readonly answerOverloaded: Handler
  readonly flushIngest: () => Promise<void>
  /** Notes on each request what only this process knows, over what the client says; also before Next has come to it. */
  readonly noteRequests: () => void
}

/** Answers what is not collected: Next. */
export type Fallback = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type Front = {
  readonly server: Server
  /** Stops listening and settles when every request that is here is answered, or has been cut off after DRAIN_MS. */
  drain(): Promise<void>
}

/** Bytes of bodies held at once, from their arrival to the answer. A full one of a server is 5 MiB, of a page 512 KiB. */
const BODIES_BYTES_MAX = 64 * 1_048_576
/** A socket costs about 20 kB; beyond so many the kernel's queue is the better place to wait. */
const CONNECTIONS_MAX = 10_000
/** Headers come in one packet from everybody but who wants to hold a connection open. */
const HEADERS_TIMEOUT_MS = 15_000
/** A whole request, body included: 5 MiB in 30 s is 1.4 Mbit/s. Past it the answer is 408. */
const REQUEST_TIMEOUT_MS = 30_000
/** Whose bodies are files of any length, read as they come by a handler that gives up by itself. */
const STREAMED_PATHS: ReadonlySet<string> = new Set(['/api/import'])
/** Longer than proxies keep theirs (60 s): one that is closed just when a request sets out fails that request. */
const KEEP_ALIVE_MS = 75_000
/** Requests that are here when the end comes have this long; the launcher kills after 15 s. */
const DRAIN_MS = 10_000

/**
 * The HTTP server of production: it hands the requests of `collector.routes` to their handlers without going through Next,
 * whose own way to an answer takes longer than storing a batch does, and everything else to `fallback`. Not listening yet.
 */
export function createFront(
  collector: Collector,
  fallback: Fallback,
  { bodiesBytesMax = BODIES_BYTES_MAX, requestTimeoutMs = REQUEST_TIMEOUT_MS, drainMs = DRAIN_MS } = {},
): Front {
  collector.noteRequests()
  const budget: BodyBudget = { bytesLeft: bodiesBytesMax }
  const running = new Set<Promise<void>>()
  const server = createServer(
    {
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
      // Node's own knows no path.
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(5_000, requestTimeoutMs),
    },
    (incoming, outgoing) => {
      const refusal = findRefusal(incoming)
      if (refusal) {
        outgoing.writeHead(refusal.status, refusal.headers).end()
        return
      }
      boundRequest(incoming, outgoing, {
        isStreamed: STREAMED_PATHS.has(toPath(incoming)),
        timeoutMs: requestTimeoutMs,
      })
      const handler = findHandler(collector.routes, incoming)
      const answered = handler
        ? answer(handler, collector, budget, incoming, outgoing)
        : // Next's promise may never settle once the client has hung up: then nobody waits for its answer.
          Promise.race([fallback(incoming, outgoing), untilClosed(outgoing)])
      const settled = answered.catch((error: unknown) => fail(error, outgoing)).finally(() => running.delete(settled))
      running.add(settled)
    },
  )
  server.maxConnections = CONNECTIONS_MAX
  const silent = trackSilent(server)
  return {
    server,
    async drain() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      for (const socket of silent) socket.destroy()
      const hurry = setTimeout(() => server.closeAllConnections(), drainMs)
      await closed
      clearTimeout(hurry)
      // A client that hung up has its connection gone, but its rows may still be on their way.
      await Promise.all(running)
    },
  }
}

function untilClosed(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => void outgoing.once('close', resolve))
}

// Browsers open connections ahead of need. To Node one that has said nothing yet is not idle, and it would hold up the end.
function trackSilent(server: Server): ReadonlySet<Socket> {
  const silent = new Set<Socket>()
  server.on('connection', (socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => void silent.delete(socket))
  return silent
}

/**
 * What Next has no words for and would take for its own failure: `Request` forbids the method TRACE
 * (https://fetch.spec.whatwg.org/#forbidden-method), and `*` is no path.
 */
function findRefusal({ method, url }: IncomingMessage): { status: number; headers: Record<string, string> } | null {
  if (method === 'TRACE') return { status: 405, headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' } }
  return url === '*' ? { status: 400, headers: {} } : null
}

function findHandler(routes: Collector['routes'], incoming: IncomingMessage): Handler | undefined {
  const { method } = incoming
  if (method !== 'POST' && method !== 'OPTIONS') return undefined
  return routes.get(toPath(incoming))?.[method]
}

function toPath({ url = '' }: IncomingMessage): string {
  const queryAt = url.indexOf('?')
  return queryAt < 0 ? url : url.slice(0, queryAt)
}

async function answer(
  handler: Handler,
  { bodySizeBytesMax, answerOverloaded }: Collector,
  budget: BodyBudget,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming, bodySizeBytesMax, budget)
  if (!body.ok && body.reason === 'hung_up') return
  // Node would read the rest of an endless body before the connection's next request.
  if (!incoming.complete) outgoing.shouldKeepAlive = false
  if (!body.ok) return sendWebResponse(outgoing, await answerOverloaded(toWebRequest(incoming, null)))
  try {
    await sendWebResponse(outgoing, await handler(toWebRequest(incoming, body.bytes)))
  } finally {
    body.release()
  }
}

// Handlers answer their own faults, so this is ours or Next's: the client learns nothing but that.
function fail(error: unknown, outgoing: ServerResponse): void {
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  process.stderr.write(`${JSON.stringify({ event: 'front_failed', cause })}\n`)
  if (!outgoing.headersSent) outgoing.writeHead(500)
  outgoing.end()
}
