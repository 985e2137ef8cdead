import { type NextRequest, NextResponse } from 'next/server'
import { readSignedInMember } from './lib/auth/access-token'
import { ACCESS_COOKIE, SESSION_COOKIE } from './lib/auth/cookies'
import { toSecurityHeaders } from './lib/http/security-headers'
import { collectPath, isDevelopment } from './lib/platform/public-env'

/**
 * Runs before every page: answers 307 for pages under /admin without a session before any byte of them, and gives each page
 * its security headers with a nonce of its own. Whether the member may see a project is checked where it is read.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  // The matcher below is a constant of the build and knows the default path alone.
  if (request.nextUrl.pathname.startsWith(`${collectPath}/`)) return NextResponse.next()
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
  const isHttps = (request.headers.get('x-forwarded-proto') ?? request.nextUrl.protocol).startsWith('https')
  const security = toSecurityHeaders({ nonce, isHttps, isDevelopment: isDevelopment })
  const { pathname } = request.nextUrl
  const isForMembers = pathname === '/admin' || pathname.startsWith('/admin/')
  const response =
    isForMembers && !(await hasSession(request))
      ? toSignIn(request)
      : toPage(request, security.get('Content-Security-Policy'))
  for (const [name, value] of security) response.headers.set(name, value)
  // The address of a shared page is its key: it goes to no other site and into no index.
  if (pathname.startsWith('/share/')) {
    response.headers.set('Referrer-Policy', 'no-referrer')
    response.headers.set('X-Robots-Tag', 'noindex, nofollow')
  }
  return response
}

async function hasSession(request: NextRequest): Promise<boolean> {
  const token = request.cookies.get(ACCESS_COOKIE)?.value
  return token !== undefined && (await readSignedInMember(token)) !== null
}

// The refresh token is sent to /api/auth only, so a page whose access token has run out goes there and comes back.
function toSignIn({ nextUrl, cookies }: NextRequest): NextResponse {
  const target = nextUrl.clone()
  target.pathname = cookies.has(SESSION_COOKIE) ? '/api/auth/refresh' : '/sign-in'
  target.search = `?next=${encodeURIComponent(nextUrl.pathname + nextUrl.search)}`
  return NextResponse.redirect(target, { status: 307, headers: { 'Cache-Control': 'no-store' } })
}

// Next reads the nonce for its own scripts from the request's policy; a page that renders one of its own, from x-nonce.
function toPage(request: NextRequest, policy: string | undefined): NextResponse {
  const headers = new Headers(request.headers)
  const nonce = /'nonce-([^']+)'/.exec(policy ?? '')?.[1]
  if (policy && nonce) {
    headers.set('Content-Security-Policy', policy)
    headers.set('x-nonce', nonce)
  }
  return NextResponse.next({ request: { headers } })
}

// Pages only: API answers carry their own headers, and files need no policy.
export const config = {
  matcher: [
    { source: '/((?!api/|_g/|supabase/|_next/|t(?:-[a-z]+)?\\.js$|favicon\\.ico$|icon\\.svg$|robots\\.txt$).*)' },
  ],
}
