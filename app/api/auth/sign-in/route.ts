import { signIn } from '@/lib/auth/sign-in'
import { signInRequest } from '@/lib/contracts/session'
import { Answer } from '@/lib/http/answer'
import { toClientOrigin } from '@/lib/http/client-address'
import { defineRoute } from '@/lib/http/define-route'
import { nowMs } from '@/lib/platform/clock'
import { isOnVercel, readEnv } from '@/lib/platform/env'
import { toCookies } from '../session-cookies'

/** Signs in with e-mail and password; the tokens go into HttpOnly cookies. */
export const POST = defineRoute(
  '/api/auth/sign-in',
  { permission: 'public', body: signInRequest, isSameOriginOnly: true },
  async ({ body, request }) => {
    const trustedProxies = readEnv().GROWTH_TRUSTED_PROXIES ?? []
    const { address } = toClientOrigin(request.headers, { trustedProxies, isOnVercel: isOnVercel() })
    const session = await signIn(body, address, nowMs())
    return new Answer(session.answer, { cookies: toCookies(request, session.tokens) })
  },
)
