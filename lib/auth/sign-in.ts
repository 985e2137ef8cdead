import { AppError } from '../core/errors'
import { createRateLimit, type RateLimit } from '../platform/rate-limit'
import { createSession, type Session } from './session'

/** Attempts that fail: ten at once per account, then one every 30 s; per address thirty, then one every 5 s. */
const perAccount: RateLimit = createRateLimit({ perSecond: 1 / 30, burst: 10 })
const perAddress: RateLimit = createRateLimit({ perSecond: 1 / 5, burst: 30 })

/**
 * Signs in, throttled per account and per address; an attempt that succeeds does not count. Throws `invalid_credentials`
 * with one message whatever was wrong, `rate_limited` with the time to wait, `store_unavailable` when Auth is away.
 */
export async function signIn(
  { email, password }: { email: string; password: string },
  address: string | null,
  nowMs: number,
): Promise<Session> {
  const account = email.trim().toLowerCase()
  // The address pays first: one that is refused must not use up the attempts of other people's accounts.
  const buckets: [RateLimit, string][] = [[perAccount, account]]
  if (address !== null) buckets.unshift([perAddress, address])
  for (const [limit, key] of buckets) {
    const result = limit.take(key, nowMs)
    if (result.ok) continue
    throw new AppError('rate_limited', 'Too many attempts; wait a little.', { retryAfterMs: result.retryAfterMs })
  }
  const session = await createSession(account, password)
  if (!session) throw new AppError('invalid_credentials', 'E-mail address and password do not fit.')
  for (const [limit, key] of buckets) limit.giveBack(key)
  return session
}
