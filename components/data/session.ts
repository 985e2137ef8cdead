import { z } from 'zod'
import { type SessionAnswer, sessionAnswer } from '@/lib/contracts/session'
import { sendRequest } from './send-request'

/** Signs in; the session travels in cookies. Throws a `RequestError`: `invalid_credentials`, or `rate_limited` with a wait. */
export async function signIn(email: string, password: string): Promise<SessionAnswer> {
  const { data } = await sendRequest('/api/auth/sign-in', {
    method: 'POST',
    body: { email, password },
    answer: sessionAnswer,
    onUnauthenticated: 'keep',
  })
  return data
}

/** Ends the session here and at the server. */
export async function signOut(): Promise<void> {
  await sendRequest('/api/auth/sign-out', {
    method: 'POST',
    body: {},
    answer: z.unknown(),
    onUnauthenticated: 'keep',
  })
}
