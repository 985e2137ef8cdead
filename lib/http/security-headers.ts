/**
 * The headers of a page. Scripts run with the page's nonce or when such a script loads them (`strict-dynamic`); nothing
 * inline does. Styles may be inline: React and Radix set style attributes, which run nothing.
 * Sources: https://www.w3.org/TR/CSP3/#strict-dynamic-usage, https://web.dev/articles/strict-csp
 */
export function toSecurityHeaders({
  nonce,
  isHttps,
  isDevelopment,
}: {
  nonce: string
  isHttps: boolean
  isDevelopment: boolean
}): Map<string, string> {
  const policy = [
    "default-src 'self'",
    // React's development build reconstructs server stacks with eval.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isHttps ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
  return new Map([
    ['Content-Security-Policy', policy],
    ['X-Frame-Options', 'DENY'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'strict-origin-when-cross-origin'],
    ['Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ...(isHttps && !isDevelopment
      ? ([['Strict-Transport-Security', 'max-age=63072000; includeSubDomains']] as const)
      : []),
  ])
}
