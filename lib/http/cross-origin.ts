/** How long a browser may remember a preflight, in seconds: the most that Chromium honours. */
const PREFLIGHT_SECONDS = 7_200

/**
 * Headers that let a script of another origin read the answer, never with credentials. Empty for a request without
 * `Origin`. Source: https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function toCrossOriginHeaders(headers: Headers): [string, string][] {
  const origin = headers.get('origin')
  if (origin === null) return [['Vary', 'Origin']]
  return [
    ['Access-Control-Allow-Origin', origin],
    ['Access-Control-Expose-Headers', 'Date, Retry-After, X-Request-Id'],
    ['Vary', 'Origin'],
  ]
}

/**
 * Answers a preflight. The body holds the key, so which origins are allowed is not known yet: any may ask, and the request
 * itself is refused with 403 when its origin is not allowed.
 */
export function answerPreflight(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: [
      ...toCrossOriginHeaders(request.headers),
      ['Access-Control-Allow-Methods', 'POST'],
      ['Access-Control-Allow-Headers', 'Authorization, Content-Encoding, Content-Type'],
      ['Access-Control-Max-Age', String(PREFLIGHT_SECONDS)],
    ],
  })
}
