import { z } from 'zod'
import { REFRESH_COOKIE, readCookie } from '@/lib/auth/cookies'
import { toNextPath } from '@/lib/auth/next-path'
import { refreshSession } from '@/lib/auth/session'
import { AppError } from '@/lib/core/errors'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'
import { toCookies } from '../session-cookies'

/** A fresh session from the refresh cookie; 401 when it is spent or absent. */
export const POST = defineRoute(
  '/api/auth/refresh',
  { permission: 'public', isSameOriginOnly: true },
  async ({ request }) => {
    const token = readCookie(request.headers, REFRESH_COOKIE)
    const session = token ? await refreshSession(token) : null
    if (!session) throw new AppError('unauthenticated', 'The session has ended: sign in again.')
    return new Answer(session.answer, { cookies: toCookies(request, session.tokens) })
  },
)

/** The same for a page on its way (proxy.ts): goes on to `next` with a fresh session, else to sign-in without one. */
export const GET = defineRoute(
  '/api/auth/refresh',
  { permission: 'public', query: z.object({ next: z.string().optional() }) },
  async ({ request, query }) => {
    const next = toNextPath(query.next)
    const token = readCookie(request.headers, REFRESH_COOKIE)
    const session = token ? await refreshSession(token) : null
    const headers = new Headers({ Location: session ? next : `/sign-in?next=${encodeURIComponent(next)}` })
    for (const cookie of toCookies(request, session?.tokens ?? null)) headers.append('Set-Cookie', cookie)
    return new Response(null, { status: 307, headers })
  },
)
