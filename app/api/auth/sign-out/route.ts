import { ACCESS_COOKIE, REFRESH_COOKIE, readCookie } from '@/lib/auth/cookies'
import { deleteSession } from '@/lib/auth/session'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'
import { toLogText, writeLog } from '@/lib/platform/log'
import { toCookies } from '../session-cookies'

/** Ends the session here and at Auth. The cookies go even when Auth does not answer: the person asked to leave. */
export const POST = defineRoute(
  '/api/auth/sign-out',
  { permission: 'public', isSameOriginOnly: true },
  async ({ request, requestId }) => {
    try {
      await deleteSession({
        accessToken: readCookie(request.headers, ACCESS_COOKIE),
        refreshToken: readCookie(request.headers, REFRESH_COOKIE),
      })
    } catch (error) {
      writeLog('warning', { event: 'sign_out_incomplete', requestId, cause: toLogText(error) })
    }
    return new Answer(null, { status: 204, cookies: toCookies(request, null) })
  },
)
