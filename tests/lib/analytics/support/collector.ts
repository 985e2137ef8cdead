import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** One request as the collector saw it. */
export type Received = {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: {
    key?: string
    sentAt: number
    context: Record<string, unknown>
    events?: Record<string, unknown>[]
    metrics?: Record<string, unknown>[]
  }
}

/** An answer; `isLost` when the connection breaks in place of it, although the batch has arrived. */
export type Reply = { status: number; headers?: Record<string, string>; body?: unknown; isLost?: boolean }

/** Listens on a free loopback port and speaks the collector's protocol; serves pages and built scripts besides. */
export async function startCollector(options: { scripts?: string; port?: number } = {}) {
  const received: Received[] = []
  const methods: string[] = []
  /** Answers to come, before every batch is accepted again; a function looks at the batch. */
  const replies: (Reply | ((request: Received) => Reply))[] = []
  let always: Reply | undefined
  const waiting: (() => void)[] = []

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://collector').pathname
    if (!path.startsWith('/_g/')) {
      const isScript = path.endsWith('.js') && options.scripts
      response.writeHead(200, {
        'content-type': path.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8',
        'access-control-allow-origin': '*',
      })
      response.end(isScript ? readFileSync(join(options.scripts as string, path)) : pages.get(path))
      return
    }
    methods.push(request.method ?? '')
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const seen: Received = { method: request.method ?? '', path, headers: request.headers, body: JSON.parse(text) }
    received.push(seen)
    const next = always ?? replies.shift()
    const accepted = seen.body.events?.length ?? seen.body.metrics?.length ?? 0
    const reply: Reply = (typeof next === 'function' ? next(seen) : next) ?? {
      status: 202,
      body: { data: { accepted, duplicates: 0, rejected: [] }, meta: { serverTime: Date.now() } },
    }
    if (reply.isLost) request.socket.destroy()
    response.writeHead(reply.status, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Retry-After',
      ...reply.headers,
    })
    response.end(JSON.stringify(reply.body ?? { error: { code: 'x', message: 'x', requestId: 'x' } }))
    for (const wake of waiting.splice(0)) wake()
  })
  const pages = new Map<string, string>([['/', '<!doctype html><title>page</title><p>page</p>']])
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))

  const collector = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages,
    received,
    methods,
    replies,
    /** Answers every request so from now on; undefined accepts again. */
    answerAlways: (reply: Reply | undefined) => {
      always = reply
    },
    events: () => received.flatMap(({ body }) => body.events ?? []),
    metrics: () => received.flatMap(({ body }) => body.metrics ?? []),
    /** Resolves when `isEnough` holds; looks again after each request. */
    async until(isEnough: () => boolean): Promise<void> {
      while (!isEnough()) await new Promise<void>((wake) => waiting.push(wake))
    },
    close: () => {
      server.closeAllConnections()
      return new Promise<unknown>((resolve) => server.close(resolve))
    },
  }
  return collector
}
