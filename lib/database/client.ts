import 'server-only'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { AppError } from '../core/errors'
import { type Env, readEnv } from '../platform/env'

/** No call to the store takes longer; a hosted Supabase ends statements after a few seconds of its own accord. */
export const STORE_DEADLINE_MS = 15_000

let shared: { env: Env; client: SupabaseClient } | undefined

/** The client that bypasses row level security, one per process. Every call it makes names its project explicitly. */
export function serviceClient(): SupabaseClient {
  const env = readEnv()
  if (shared?.env !== env) shared = { env, client: createStoreClient(env.SUPABASE_SERVICE_KEY) }
  return shared.client
}

/** A client without a session of its own, for signing in and for reading as the person of `accessToken`. */
export function anonymousClient(accessToken?: string): SupabaseClient {
  return createStoreClient(readEnv().NEXT_PUBLIC_SUPABASE_ANON_KEY, accessToken)
}

function createStoreClient(key: string | undefined, accessToken?: string): SupabaseClient {
  const { NEXT_PUBLIC_SUPABASE_URL: url } = readEnv()
  if (!url || !key) {
    throw new AppError(
      'store_unavailable',
      'The store is not configured: start with `npm start`, or set the Supabase keys.',
    )
  }
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: {
      ...(accessToken && { headers: { Authorization: `Bearer ${accessToken}` } }),
      fetch: (input, init) => fetch(input, { ...init, cache: 'no-store', signal: withDeadline(init?.signal) }),
    },
  })
}

// AbortSignal.any does not exist in the edge runtime, hence by hand.
function withDeadline(signal: AbortSignal | null | undefined): AbortSignal {
  const deadline = AbortSignal.timeout(STORE_DEADLINE_MS)
  if (!signal) return deadline
  const both = new AbortController()
  for (const each of [signal, deadline]) {
    if (each.aborted) both.abort(each.reason)
    else each.addEventListener('abort', () => both.abort(each.reason), { once: true })
  }
  return both.signal
}

type StoreError = { code?: string | undefined; message: string; details?: string | null; hint?: string | null }

/** SQLSTATE classes of a store that is away, starting, out of resources or being shut down. */
const AWAY = /^(08|53|57|58|PGRST00)/

/** The AppError for what the store answered: away or past its deadline is 503 and worth retrying, the rest a fault. */
export function toStoreError(error: StoreError, status: number): AppError {
  const cause = new Error(`${error.code ?? status}: ${error.message}`, { cause: error })
  if (error.code === '57014') {
    return new AppError('deadline_exceeded', 'The question took too long; ask for a shorter range.', {
      cause,
      retryAfterMs: 5_000,
    })
  }
  if (status === 0 || status >= 502 || !error.code || AWAY.test(error.code)) {
    return new AppError('store_unavailable', 'The store does not answer; try again soon.', {
      cause,
      retryAfterMs: 2_000,
    })
  }
  return new AppError('internal', 'The store refused the request.', { cause })
}

/** The SQLSTATE or PostgREST code behind an AppError of `toStoreError`; undefined for any other error. */
export function readStoreCode(error: unknown): string | undefined {
  const store = error instanceof AppError && error.cause instanceof Error ? error.cause.cause : undefined
  return typeof store === 'object' && store !== null && 'code' in store ? String(store.code) : undefined
}

/**
 * Calls one of the product's SQL functions as the service role. Set-returning functions give an array of rows, others their
 * value. Throws an AppError from `toStoreError`.
 */
export async function callFunction<Result>(
  name: string,
  args: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<Result> {
  const call = serviceClient().rpc(name, args)
  const { data, error, status } = await (signal ? call.abortSignal(signal) : call)
  if (error) throw toStoreError(error, status)
  return data as Result
}
