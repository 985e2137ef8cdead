import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, BodyTooLargeError, type Request, readBody, sendAnswer } from './answer.ts'
import { type Auth, createAuth } from './auth/auth.ts'
import { createRest, type Principal, type Rest, ROLES } from './rest/rest.ts'
import { RestError, toErrorAnswer } from './rest/rest-error.ts'
import type { Store } from './store.ts'
import { createTokenVerifier, TokenError, type VerifyToken } from './tokens.ts'

export type EmbeddedServer = {
  readonly port: number
  /** What supabase-js takes as the project's URL. */
  readonly url: string
  /** Stops listening and waits for the running requests, but no longer than DRAIN_MS. The store stays open. */
  close(): Promise<void>
}

/** The address is fixed: what listens here trusts whoever holds a key, and must not be reachable from elsewhere. */
const HOST = '127.0.0.1'
const DRAIN_MS = 10_000

/** Serves `/rest/v1/*` and `/auth/v1/*` of a migrated store on 127.0.0.1. Port 0 takes any free one; rejects with EADDRINUSE. */
export async function startServer(options: { store: Store; jwtSecret: string; port: number }): Promise<EmbeddedServer> {
  const { store, jwtSecret, port } = options
  const verifyToken = createTokenVerifier(jwtSecret)
  const rest = createRest(store)
  let url = ''
  const auth = createAuth({ store, jwtSecret, verifyToken, toIssuer: () => `${url}/auth/v1` })
  const server = createServer((incoming, outgoing) => {
    // A client that keeps its connection would keep a stopping server waiting.
    const isStopping = () => !server.listening
    void answerIncoming({ incoming, outgoing, rest, auth, verifyToken, isStopping })
  })
  // Clients keep their connections; one that is closed while a request travels fails that request.
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })
  const { port: actual } = server.address() as AddressInfo
  url = `http://${HOST}:${actual}`
  return { port: actual, url, close: () => drain(server) }
}

async function drain(server: Server): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const hurry = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await done
  clearTimeout(hurry)
}

type Exchange = {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly rest: Rest
  readonly auth: Auth
  readonly verifyToken: VerifyToken
  readonly isStopping: () => boolean
}

async function answerIncoming(exchange: Exchange): Promise<void> {
  const { incoming, outgoing } = exchange
  const method = incoming.method ?? 'GET'
  try {
    const answer = await toAnswer(exchange, method)
    if (exchange.isStopping()) outgoing.setHeader('connection', 'close')
    sendAnswer(outgoing, method, answer)
  } catch (error) {
    if (error instanceof BodyTooLargeError) {
      // The rest of the body is not read: the connection cannot be used again.
      sendAnswer(outgoing, method, {
        status: 413,
        body: JSON.stringify({ message: 'Request size limit exceeded' }),
        headers: { connection: 'close' },
      })
      return
    }
    if (incoming.errored) return // the client left in the middle of its request
    console.error(JSON.stringify({ event: 'embedded_request_failed', method, reason: String(error) }))
    sendAnswer(outgoing, method, {
      status: 500,
      body: JSON.stringify({ code: 'XX000', details: null, hint: null, message: 'The server failed.' }),
    })
  }
}

async function toAnswer({ incoming, rest, auth, verifyToken }: Exchange, method: string): Promise<Answer> {
  const url = new URL(incoming.url ?? '/', `http://${HOST}`)
  const [, service, path] = /^\/(rest|auth)\/v1(\/.*)?$/.exec(url.pathname) ?? []
  if (!service) return { status: 404, body: JSON.stringify({ message: 'no Route matched with those values' }) }
  const request: Request = {
    method,
    path: decodePath(path ?? '/'),
    query: url.searchParams,
    headers: incoming.headers,
    body: await readBody(incoming),
  }
  if (service === 'auth') return auth(request)
  try {
    return await rest(request, await identify(request, verifyToken))
  } catch (error) {
    return toErrorAnswer(error, true)
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a lone percent sign names nothing that exists
  }
}

/**
 * Whom a request is made as: the bearer token's role, else the API key's. Throws RestError or TokenError when there is
 * neither or one of them is not ours.
 */
async function identify({ headers, query }: Request, verifyToken: VerifyToken): Promise<Principal> {
  const apiKey = headers.apikey?.toString() ?? query.get('apikey')
  const bearer = /^bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const token = bearer ?? apiKey
  if (!token) {
    throw new RestError(401, 'PGRST302', 'No API key found in request', {
      hint: 'Send the anon or the service_role key in the header `apikey`.',
    })
  }
  const claims = await verifyToken(token)
  if (apiKey && apiKey !== token) {
    await verifyToken(apiKey).catch((error: unknown) => {
      throw error instanceof TokenError ? new RestError(401, 'PGRST301', 'Invalid API key') : error
    })
  }
  const role = claims.role ?? 'anon'
  if (typeof role !== 'string' || !ROLES.has(role)) {
    throw new RestError(403, '42501', `permission denied to set role "${role}"`)
  }
  return { role, claims }
}
