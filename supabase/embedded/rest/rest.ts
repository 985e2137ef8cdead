import type { JWTPayload } from 'jose'
import type { Answer, Request } from '../answer.ts'
import { DatabaseError, type Row, type Store, type Transaction } from '../store.ts'
import { type Catalog, CatalogCache } from './catalog.ts'
import { planCall } from './functions.ts'
import type { Plan } from './plan.ts'
import { parsePreferences } from './preferences.ts'
import { RestError, toErrorAnswer } from './rest-error.ts'
import { planTable } from './tables.ts'

/** Whom a request is made as. */
export type Principal = { readonly role: string; readonly claims: JWTPayload }
export type Rest = (request: Request, principal: Principal) => Promise<Answer>

/** The roles that requests may take. */
export const ROLES = new Set(['anon', 'authenticated', 'service_role'])

/** How long statements may run when a function does not say so itself; Supabase's defaults per role. */
const STATEMENT_TIMEOUT_MS: Readonly<Record<string, number>> = {
  anon: 3_000,
  authenticated: 8_000,
  service_role: 8_000,
}

/** SQLSTATEs that a call planned with outdated knowledge of the schema ends in. */
const OUTDATED = new Set(['42883', '42P01', '42703', '0A000'])

/** What answers `/rest/v1/*`: the part of PostgREST that supabase-js uses for tables and functions of schema `public`. */
export function createRest(store: Store): Rest {
  const cache = new CatalogCache(store)
  return async (request, principal) => {
    try {
      return await answerRequest(store, cache, request, principal)
    } catch (error) {
      return toErrorAnswer(error, principal.role === 'anon')
    }
  }
}

async function answerRequest(
  store: Store,
  cache: CatalogCache,
  request: Request,
  principal: Principal,
): Promise<Answer> {
  assertProfile(request)
  const reading = cache.read()
  try {
    return await runPlan(store, plan(request, await reading), request, principal)
  } catch (error) {
    if (!isOutdated(error)) throw error
    cache.forget(reading)
    return await runPlan(store, plan(request, await cache.read()), request, principal)
  }
}

/** True when the schema may have changed since it was read. What failed was rolled back, so it may be done again. */
function isOutdated(error: unknown): boolean {
  if (error instanceof RestError) return /^PGRST20[245]$/.test(error.code)
  return error instanceof DatabaseError && OUTDATED.has(error.code)
}

function assertProfile({ headers, method }: Request): void {
  const isRead = method === 'GET' || method === 'HEAD'
  const profile = headers[isRead ? 'accept-profile' : 'content-profile']
  if (profile === undefined || profile === 'public') return
  throw new RestError(406, 'PGRST106', `Invalid schema: ${profile}`, {
    hint: 'Only the following schemas are exposed: public',
  })
}

function plan(request: Request, catalog: Catalog): Plan {
  const options = { preferences: parsePreferences(toText(request.headers.prefer)), wantsOne: wantsOne(request) }
  const [, rpc, name] = /^\/(rpc\/)?([^/]+)$/.exec(request.path) ?? []
  if (name === undefined) throw new RestError(404, 'PGRST125', 'Invalid path specified in request URL')
  if (rpc) return planCall(request, name, catalog.functions.get(name) ?? [], options)
  const table = catalog.tables.get(name)
  if (table) return planTable(request, table, options)
  throw new RestError(404, 'PGRST205', `Could not find the table 'public.${name}' in the schema cache`)
}

function toText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header
}

const ONE_ROW = /^application\/vnd\.pgrst\.object(\+json)?$/
const ANY_JSON = /^(\*\/\*|application\/(\*|json|vnd\.pgrst\.array(\+json)?))$/

function wantsOne({ headers }: Request): boolean {
  const accepted = (headers.accept ?? '*/*').split(',').map((type) => (type.split(';')[0] as string).trim())
  if (accepted.some((type) => ONE_ROW.test(type))) return true
  if (accepted.some((type) => ANY_JSON.test(type))) return false
  throw new RestError(406, 'PGRST107', `None of these media types are available: ${accepted.join(', ')}`)
}

async function runPlan(store: Store, plan: Plan, request: Request, principal: Principal): Promise<Answer> {
  const timeoutMs = toTimeoutMs(plan, principal)
  const options = { isReadOnly: plan.isReadOnly, ...(timeoutMs > 0 && { timeoutMs }) }
  const [row] = await store.transaction(options, async (tx) => {
    const [, rows] = await Promise.all([takeRole(tx, request, principal), tx.query(plan.sql, plan.params)])
    assertCounts(plan, Number(rows[0]?.shown), request)
    return rows
  })
  return toAnswer(plan, row as Row)
}

/** Row level security sees the request as it would behind PostgREST; all of it ends with the transaction. */
function takeRole(tx: Transaction, { method, path, headers }: Request, { role, claims }: Principal): Promise<Row[]> {
  const { authorization: _, apikey: __, ...shown } = headers
  return tx.query(
    `select set_config('search_path', '"public", "extensions"', true), set_config('role', $1, true),
      set_config('request.jwt.claims', $2, true), set_config('request.method', $3, true),
      set_config('request.path', $4, true), set_config('request.headers', $5, true)`,
    [role, JSON.stringify(claims), method, path, JSON.stringify(shown)],
  )
}

function assertCounts(plan: Plan, shown: number, request: Request): void {
  if (plan.kind !== 'read' && plan.preferences.affectedMax !== null && shown > plan.preferences.affectedMax) {
    throw new RestError(400, 'PGRST124', 'Query result exceeds max-affected preference constraint', {
      details: `The query affects ${shown} rows`,
    })
  }
  if (wantsOne(request) && plan.shape === 'one_row' && shown !== 1) {
    throw new RestError(406, 'PGRST116', 'Cannot coerce the result to a single JSON object', {
      details: `The result contains ${shown} rows`,
    })
  }
}

const UNIT_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of a Postgres duration such as `5s`, `2min` or `1500`; 0 stands for no limit. */
function toTimeoutMs({ statementTimeout }: Plan, { role }: Principal): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?$/.exec(statementTimeout?.trim() ?? '') ?? []
  if (number === undefined) return STATEMENT_TIMEOUT_MS[role] ?? 3_000
  return Math.ceil(Number(number) * (UNIT_MS[unit ?? 'ms'] as number))
}

function toAnswer(plan: Plan, row: Row): Answer {
  const shown = Number(row.shown)
  const total = row.total === null ? null : Number(row.total)
  const headers = {
    'content-range': toContentRange(plan, shown, total),
    ...(plan.preferences.applied && { 'preference-applied': plan.preferences.applied }),
  }
  const body = row.body === null ? null : String(row.body)
  return { status: toStatus(plan, shown, total), body, headers }
}

function toStatus(plan: Plan, shown: number, total: number | null): number {
  if (plan.kind === 'insert') return 201
  if (plan.shape === 'none') return 204
  if (plan.kind === 'update' || plan.kind === 'delete' || total === null) return 200
  if (plan.offset > total) {
    throw new RestError(416, 'PGRST103', 'Requested range not satisfiable', {
      details: `An offset of ${plan.offset} was requested, but there are only ${total} rows.`,
    })
  }
  return shown < total ? 206 : 200
}

function toContentRange({ kind, offset, preferences }: Plan, shown: number, total: number | null): string {
  const isWrite = kind === 'insert' || kind === 'update' || kind === 'delete'
  const all = isWrite && preferences.wantsCount ? shown : total
  const hasRange = shown > 0 && kind !== 'insert' && kind !== 'delete'
  return `${hasRange ? `${offset}-${offset + shown - 1}` : '*'}/${all ?? '*'}`
}
