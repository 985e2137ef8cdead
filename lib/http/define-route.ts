import 'server-only'
import type { z } from 'zod'
import { isGranted, type Permission } from '../auth/permissions'
import { authorize, type Principal, readKeyPrincipal, readPrincipal } from '../auth/principal'
import { isReport } from '../contracts/api/is-report'
import type { TableQuery } from '../contracts/export'
import { AppError, type ErrorCode } from '../core/errors'
import type { Project } from '../database/projects'
import { monotonicMs, nowMs } from '../platform/clock'
import { readEnv } from '../platform/env'
import { toLogText, writeLog } from '../platform/log'
import { countMetric } from '../platform/metrics'
import { createRateLimit, type RateLimit } from '../platform/rate-limit'
import { Answer } from './answer'
import { toCrossOriginHeaders } from './cross-origin'
import { readJson } from './read-body'
import { readHost, toSameOrigin } from './same-origin'
import { takeTableQuery, toTableResponse } from './table-response'

/** A body may be so large where a route says nothing else. */
const BODY_SIZE_BYTES_MAX = 64 * 1024
/** A request is answered within this time where a route says nothing else: longer than the store's own deadline. */
const DEADLINE_MS = 20_000
/** Requests of one read-only link, of all routes and of everybody who has it: some ten pages that are open and refresh. */
const SHARE_LIMIT = createRateLimit({ perSecond: 10, burst: 200 })

/** Everything about a route but what it does. */
export type RouteDeclaration<Query extends z.ZodType, Body extends z.ZodType, Params extends z.ZodType> = {
  /** What the caller must hold; `public` asks nobody who they are. */
  permission: Permission | 'public'
  query?: Query
  body?: Body
  params?: Params
  /** Per key, link, member or job; never shared between callers. */
  limit?: RateLimit
  sizeBytesMax?: number | ((principal: Principal) => number)
  deadlineMs?: number
  /** Scripts of other origins may read the answer. Not for routes that cookies sign in to. */
  isCrossOrigin?: boolean
  /** Refuses what a browser sends from a page of another site, also without a session. */
  isSameOriginOnly?: boolean
}

/** What a handler gets: parsed input and who asks. `project` is null exactly when the permission has no project scope. */
export type RouteCall<Query, Body, Params> = {
  query: Query
  body: Body
  params: Params
  principal: Principal
  project: Project | null
  request: Request
  requestId: string
  /** Aborted at the deadline. */
  signal: AbortSignal
}

type Context = { params?: Promise<Record<string, string | string[] | undefined>> }
/** A route handler as Next calls it. */
export type RouteHandler = (request: Request, context?: Context) => Promise<Response>

/**
 * A route: its declaration, then one call. Gives the request an id, authenticates (401), authorizes (403, or 404 where the
 * caller may not know that the thing exists), limits (429), reads and parses (413, 400, 422), calls `handle` within the
 * deadline, and turns what it returns into `{ data }`, an `Answer` or a `Response`, and what it throws into the error body. A report
 * under /api/analytics/ is answered as a table where `?format=csv` or `?format=ndjson` asks for one.
 * `path` is the route's place in the file tree, checked by tests/architecture.
 */
export function defineRoute<
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Params extends z.ZodType = z.ZodUndefined,
>(
  path: `/${string}`,
  declaration: RouteDeclaration<Query, Body, Params>,
  handle: (call: RouteCall<z.output<Query>, z.output<Body>, z.output<Params>>) => unknown,
): RouteHandler {
  const handler: RouteHandler = async (request, context) => {
    const startMs = monotonicMs()
    const requestId = crypto.randomUUID()
    let response: Response
    try {
      response = await withinDeadline(declaration.deadlineMs ?? DEADLINE_MS, async (signal) => {
        const { call, table } = await admit(path, declaration, request, requestId, signal, context)
        const result = await handle(call as RouteCall<z.output<Query>, z.output<Body>, z.output<Params>>)
        return table && !(result instanceof Response) ? toTableResponse(toData(result), table) : toResponse(result)
      })
    } catch (error) {
      response = toErrorResponse(error, requestId, path)
    }
    return finish(response, { path, request, requestId, startMs, isCrossOrigin: declaration.isCrossOrigin ?? false })
  }
  declarations.set(handler, declaration)
  return handler
}

const declarations = new WeakMap<RouteHandler, RouteDeclaration<z.ZodType, z.ZodType, z.ZodType>>()

/** The declaration behind a handler, to hold what is said about the routes to what they do; undefined for any other function. */
export function readDeclaration(handler: RouteHandler): RouteDeclaration<z.ZodType, z.ZodType, z.ZodType> | undefined {
  return declarations.get(handler)
}

async function admit(
  path: string,
  declaration: RouteDeclaration<z.ZodType, z.ZodType, z.ZodType>,
  request: Request,
  requestId: string,
  signal: AbortSignal,
  context: Context | undefined,
): Promise<{ call: RouteCall<unknown, unknown, unknown>; table: TableQuery | null }> {
  const params = (await context?.params) ?? {}
  const search = new URL(request.url).searchParams
  const principal = await authenticate(declaration.permission, request.headers)
  assertSameOrigin(declaration, principal, request)
  let project: Project | null = null
  if (declaration.permission !== 'public') {
    const slug = typeof params.slug === 'string' ? params.slug : search.get('project')
    const authorization = await authorize(principal, declaration.permission, slug)
    if (!authorization.ok) throw toRefusal(authorization.reason)
    project = authorization.project
  }
  assertWithinLimit(declaration.limit, principal)
  const table = isReport(path, declaration.permission) ? takeTableQuery(search) : null
  const call = {
    params: parse(declaration.params, params, 'params'),
    query: parse(declaration.query, Object.fromEntries(search), 'query'),
    body:
      declaration.body && parse(declaration.body, await readJson(request, toSizeBytesMax(declaration, principal)), ''),
    principal,
    project,
    request,
    requestId,
    signal,
  }
  return { call, table }
}

function authenticate(permission: Permission | 'public', headers: Headers): Principal | Promise<Principal> {
  if (permission === 'public') return { kind: 'anonymous' }
  // What nobody in particular may do asks no cookie who it is: a session must not cost ingestion a query.
  return isGranted(permission, 'anonymous') ? readKeyPrincipal(headers) : readPrincipal(headers)
}

// Cookies travel with requests that other sites cause; keys and tokens do not. A program that sends a cookie by itself says
// nothing about a site, and nobody can make it do so from a page.
function assertSameOrigin(
  declaration: RouteDeclaration<z.ZodType, z.ZodType, z.ZodType>,
  principal: Principal,
  request: Request,
): void {
  const isByCookie = principal.kind === 'member' && principal.via === 'cookie'
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  if (isSafe || !(isByCookie || declaration.isSameOriginOnly)) return
  const host = readHost(request.headers, readEnv().GROWTH_TRUSTED_PROXIES ?? [])
  if (toSameOrigin(request.headers, host) === 'other') {
    throw new AppError('origin_not_allowed', 'This request must come from a page of this product.')
  }
}

function toRefusal(reason: 'unauthenticated' | 'forbidden' | 'not_found'): AppError {
  switch (reason) {
    case 'unauthenticated':
      return new AppError('unauthenticated', 'Sign in, or send a secret key as `Authorization: Bearer`.')
    case 'forbidden':
      return new AppError('forbidden', 'This needs a permission that the caller does not hold.')
    case 'not_found':
      return new AppError('not_found', 'There is no such thing, or it is not yours to see.')
  }
}

function assertWithinLimit(limit: RateLimit | undefined, principal: Principal): void {
  for (const each of principal.kind === 'share' ? [SHARE_LIMIT, limit] : [limit]) {
    const result = each?.take(toLimitKey(principal), nowMs())
    if (!result || result.ok) continue
    throw new AppError('rate_limited', 'Too many requests; wait a little.', { retryAfterMs: result.retryAfterMs })
  }
}

function toLimitKey(principal: Principal): string {
  if (principal.kind === 'member') return `member:${principal.member.id}`
  if (principal.kind === 'share') return `share:${principal.shareId}`
  return 'project' in principal ? `${principal.kind}:${principal.project.id}` : principal.kind
}

function toSizeBytesMax(
  { sizeBytesMax = BODY_SIZE_BYTES_MAX }: RouteDeclaration<z.ZodType, z.ZodType, z.ZodType>,
  principal: Principal,
): number {
  return typeof sizeBytesMax === 'number' ? sizeBytesMax : sizeBytesMax(principal)
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  const parsed = schema?.safeParse(value)
  if (!parsed || parsed.success) return parsed?.data
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: [...(where ? [where] : []), ...path.map(String)].join('.'),
    message,
  }))
  throw new AppError('invalid_request', `Not understood: ${issues[0]?.path || 'body'}: ${issues[0]?.message}`, {
    issues,
  })
}

async function withinDeadline(deadlineMs: number, work: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new AppError('deadline_exceeded', 'The answer took too long; try again.', { retryAfterMs: 5_000 })
      controller.abort(error)
      reject(error)
    }, deadlineMs)
  })
  try {
    return await Promise.race([work(controller.signal), deadline])
  } finally {
    clearTimeout(timer)
  }
}

function toData(result: unknown): unknown {
  return result instanceof Answer ? result.data : result
}

function toResponse(result: unknown): Response {
  if (result instanceof Response) return result
  const answer = result instanceof Answer ? result : new Answer(result)
  if (answer.status === 204) return new Response(null, { status: 204, headers: answer.headers })
  const body = { data: answer.data ?? null, ...(answer.meta && { meta: answer.meta }) }
  return Response.json(body, { status: answer.status, headers: answer.headers })
}

function toErrorResponse(thrown: unknown, requestId: string, route: string): Response {
  const error =
    thrown instanceof AppError ? thrown : new AppError('internal', 'Something went wrong here.', { cause: thrown })
  if (error.status >= 500 && isNews(error.code, route)) {
    writeLog('error', { event: 'request_failed', requestId, route, code: error.code, cause: toLogText(error.cause) })
  }
  const { code, message, issues, details, retryAfterMs } = error
  const headers: Record<string, string> = {}
  if (retryAfterMs !== undefined) headers['Retry-After'] = String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))
  if (error.status === 401) headers['WWW-Authenticate'] = 'Bearer'
  const body = { error: { ...details, code, message, requestId, ...(issues && { issues }) } }
  return Response.json(body, { status: error.status, headers: { ...headers, [ERROR_CODE_HEADER]: code } })
}

/** A store that is away, or too much at once, fails every request alike: one line a second says so, the metrics count them. */
const STATE_LOGGED_EVERY_MS = 1_000
const stateLoggedMs = new Map<string, number>()

function isNews(code: ErrorCode, route: string): boolean {
  if (code !== 'store_unavailable' && code !== 'overloaded') return true
  const key = `${code} ${route}`
  const atMs = monotonicMs()
  if (atMs - (stateLoggedMs.get(key) ?? Number.NEGATIVE_INFINITY) < STATE_LOGGED_EVERY_MS) return false
  stateLoggedMs.set(key, atMs)
  return true
}

/** Carries the code from where the error is known to where the answer is finished; never sent. */
const ERROR_CODE_HEADER = 'x-growth-error-code'

function finish(
  response: Response,
  call: { path: string; request: Request; requestId: string; startMs: number; isCrossOrigin: boolean },
): Response {
  const { headers } = response
  const code = headers.get(ERROR_CODE_HEADER)
  headers.delete(ERROR_CODE_HEADER)
  headers.set('X-Request-Id', call.requestId)
  headers.set('X-Content-Type-Options', 'nosniff')
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
  headers.append('Server-Timing', `total;dur=${(monotonicMs() - call.startMs).toFixed(1)}`)
  // Which origins a project allows is known only once its key is; a refused one must not learn why.
  if (call.isCrossOrigin && code !== 'origin_not_allowed') {
    for (const [name, value] of toCrossOriginHeaders(call.request.headers)) headers.append(name, value)
  }
  countMetric('growth_requests_total', 'Requests answered, by route and status.', {
    route: call.path,
    method: call.request.method,
    status: String(response.status),
  })
  return response
}
