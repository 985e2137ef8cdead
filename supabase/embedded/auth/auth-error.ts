import type { Answer, Request } from '../answer.ts'
import { DatabaseError, StoreAwayError, StoreBusyError } from '../store.ts'
import { TokenError } from '../tokens.ts'

/** An answer of GoTrue that is no success. Codes: https://supabase.com/docs/guides/auth/debugging/error-codes */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** The first version of GoTrue's API that puts the code where `code` is; before, that was the status. */
const CODED_VERSION = '2024-01-01'

/** The answer to a failed request, in the form that the client's `X-Supabase-Api-Version` asks for. */
export function toAuthAnswer(error: unknown, { headers }: Request): Answer {
  const { status, code, message } = translate(error)
  const version = headers['x-supabase-api-version']
  if (typeof version === 'string' && version >= CODED_VERSION) {
    const body = JSON.stringify({ code, message })
    return { status, body, headers: { 'x-supabase-api-version': CODED_VERSION } }
  }
  return { status, body: JSON.stringify({ code: status, error_code: code, msg: message }) }
}

function translate(error: unknown): AuthError {
  if (error instanceof AuthError) return error
  if (error instanceof TokenError) {
    const reason = error.fault === 'expired' ? 'token has invalid claims: token is expired' : error.fault
    return new AuthError(403, 'bad_jwt', `invalid JWT: unable to parse or verify signature, ${reason}`)
  }
  if (error instanceof StoreBusyError || (error instanceof DatabaseError && error.code === '57014')) {
    return new AuthError(504, 'request_timeout', 'Processing this request timed out, please retry after a moment.')
  }
  if (error instanceof StoreAwayError) {
    return new AuthError(503, 'unexpected_failure', 'The database does not answer, please retry after a moment.')
  }
  throw error
}
