import type { CollectProject, CollectRequest, KeyKind, Sender } from './collect-request'

/** How projects are found; both may answer from what they knew a few seconds ago. */
export type ProjectSource = {
  readProjectByKey(key: string): Promise<{ project: CollectProject; kind: KeyKind } | null>
  readProjectBySlug(slug: string): Promise<CollectProject | null>
}

export type SenderOutcome =
  | { ok: true; sender: Sender }
  | { ok: false; reason: 'unknown_key' | 'misplaced_key' | 'missing_key' }

/**
 * Step: whose rows these are. The key in `Authorization` goes first, then `key` of the body; without either, the default
 * project for pages of this product alone. A secret key in a body is refused: bodies end up in places headers do not.
 */
export async function resolveSender(request: CollectRequest, source: ProjectSource): Promise<SenderOutcome> {
  if (request.sender) return { ok: true, sender: request.sender }
  const { key } = request.batch
  if (key) {
    if (key.startsWith('sk_')) return { ok: false, reason: 'misplaced_key' }
    const found = await source.readProjectByKey(key)
    return found ? { ok: true, sender: found } : { ok: false, reason: 'unknown_key' }
  }
  if (request.sameOrigin !== 'same') return { ok: false, reason: 'missing_key' }
  const project = await source.readProjectBySlug('default')
  return project ? { ok: true, sender: { kind: 'publishable', project } } : { ok: false, reason: 'missing_key' }
}
