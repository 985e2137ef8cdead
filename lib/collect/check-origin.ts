import type { CollectRequest, Sender } from './collect-request'

/**
 * Step: whether a page of this origin may send for the project: this product's own pages, the project's allowed origins and
 * those of the install (`*` for any). Without `Origin` the sender is no page, and may. A secret key speaks for a server.
 */
export function isOriginAllowed(
  { headers, sameOrigin }: CollectRequest,
  { kind, project }: Sender,
  installOrigins: readonly string[],
): boolean {
  const origin = headers.get('origin')?.toLowerCase()
  if (kind === 'secret' || origin === undefined || sameOrigin === 'same') return true
  const isListed = (listed: string) => listed === '*' || listed.toLowerCase().replace(/\/$/, '') === origin
  return project.allowedOrigins.some(isListed) || installOrigins.some(isListed)
}
