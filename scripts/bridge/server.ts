import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type PlainRedis, RedisAwayError, type Reply } from './plain-redis.ts'

/** One request; a spilled batch is far smaller. */
const BODY_SIZE_BYTES_MAX = 8 * 1024 * 1024
/** All bodies that are being read or answered; beyond it requests are refused. */
const BODIES_SIZE_BYTES_MAX = 64 * 1024 * 1024

export type BridgeServer = { readonly url: string; close(): Promise<void> }

/** What is wrong with a request, as the protocol says it. */
class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * Serves Upstash's REST protocol in front of a plain Redis, on 127.0.0.1, to whoever holds the token: `POST /` with one
 * command, `/pipeline` and `/multi-exec` with several, `/cmd/arg/…`; base64 replies when asked for. Redis' own errors are
 * 400, a Redis that does not answer is 503 at once.
 * Source: https://upstash.com/docs/redis/features/restapi
 */
export async function startBridgeServer(redis: PlainRedis, token: string, port = 0): Promise<BridgeServer> {
  const budget = { sizeBytes: 0 }
  const server = createServer((request, response) => {
    void answer(redis, token, budget, request, response)
  })
  server.requestTimeout = 15_000
  server.keepAliveTimeout = 75_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  redis: PlainRedis,
  token: string,
  budget: { sizeBytes: number },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let held = 0
  try {
    if (!isToken(request.headers.authorization, token)) throw new Refusal(401, 'Unauthorized')
    const body = await readBody(request, (sizeBytes) => {
      held += sizeBytes
      budget.sizeBytes += sizeBytes
      if (held > BODY_SIZE_BYTES_MAX) throw new Refusal(413, 'ERR max request size exceeded')
      if (budget.sizeBytes > BODIES_SIZE_BYTES_MAX) throw new Refusal(503, 'ERR too many requests at once')
    })
    const encode = request.headers['upstash-encoding'] === 'base64' ? toBase64 : toText
    send(response, 200, await run(redis, request.url ?? '/', body, encode))
  } catch (error) {
    send(response, toStatus(error), { error: error instanceof Error ? error.message : String(error) })
  } finally {
    budget.sizeBytes -= held
  }
}

function isToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function readBody(request: IncomingMessage, take: (sizeBytes: number) => void): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) {
    take(chunk.length)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

type Encode = (reply: Reply) => unknown
type Outcome = { result: unknown } | { error: string }

async function run(redis: PlainRedis, url: string, body: string, encode: Encode): Promise<Outcome | Outcome[]> {
  const { pathname } = new URL(url, 'http://bridge')
  switch (pathname) {
    case '/':
      return { result: encode(await redis.run(toCommand(parse(body)))) }
    case '/pipeline':
      return (await redis.runAll(toCommands(body))).map((reply) => toOutcome(reply, encode))
    case '/multi-exec':
      return (await redis.runTransaction(toCommands(body))).map((reply) => toOutcome(reply, encode))
    default: {
      const command = pathname.slice(1).split('/').map(decodeURIComponent)
      return { result: encode(await redis.run(body === '' ? command : [...command, body])) }
    }
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new Refusal(400, 'ERR failed to parse command')
  }
}

function toCommands(body: string): string[][] {
  const commands = parse(body)
  if (!Array.isArray(commands) || commands.length === 0) throw new Refusal(400, 'ERR empty pipeline request')
  return commands.map(toCommand)
}

function toCommand(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) throw new Refusal(400, 'ERR empty command')
  return value.map((part: unknown) => {
    if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') return String(part)
    throw new Refusal(400, 'ERR a command consists of texts and numbers')
  })
}

const toOutcome = (reply: Reply, encode: Encode): Outcome =>
  reply instanceof Error ? { error: reply.message } : { result: encode(reply) }

function toText(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(toText)
  if (reply instanceof Error) return reply.message
  return Buffer.isBuffer(reply) ? reply.toString('utf8') : reply
}

/** Every text in base64, but a plain OK. */
function toBase64(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(toBase64)
  if (Buffer.isBuffer(reply)) return reply.toString('base64')
  if (reply instanceof Error) return Buffer.from(reply.message).toString('base64')
  return typeof reply === 'string' && reply !== 'OK' ? Buffer.from(reply).toString('base64') : reply
}

function toStatus(error: unknown): number {
  if (error instanceof Refusal) return error.status
  return error instanceof RedisAwayError ? 503 : 400
}

function send(response: ServerResponse, status: number, body: object): void {
  // A body that was refused half-read must not be taken for the next request.
  const close = status === 413 || status === 503 ? { connection: 'close' } : {}
  response.writeHead(status, { 'content-type': 'application/json', ...close })
  response.end(JSON.stringify(body))
}
