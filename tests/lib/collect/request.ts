import { toActorId } from '../../../lib/collect/actor-id'
import type { CollectProject, CollectRequest, KeyKind, RowContext } from '../../../lib/collect/collect-request'
import { parseAgent } from '../../../lib/collect/parse-agent'
import { toScrubber } from '../../../lib/collect/scrubber'
import { NO_VISITOR } from '../../../lib/collect/visitor-key'
import { DEFAULT_POLICY } from '../../../lib/contracts/project-policy'
import type { ProjectId } from '../../../lib/core/ids'

/** When the tests' requests arrive. */
export const NOW_MS = Date.UTC(2026, 4, 1, 12)
export const ID = '018f3c5e-0000-7000-8000-000000000001'

export const project: CollectProject = {
  id: 1 as ProjectId,
  slug: 'default',
  hashKey: 'key',
  allowedOrigins: ['https://shop.example'],
  settings: {},
  secretKeyHashes: ['a'.repeat(64)],
}

/** A request of a page that is nobody's in particular, with a publishable key and a right clock. */
export function toRequest(
  batch: Partial<CollectRequest['batch']> = {},
  rest: Partial<Omit<CollectRequest, 'batch' | 'headers'>> & { headers?: Record<string, string> } = {},
): CollectRequest {
  const { headers, ...other } = rest
  return {
    headers: new Headers(headers),
    sender: null,
    batch: { key: 'pk_1', sentAt: NOW_MS, items: [], ...batch },
    sameOrigin: 'unsaid',
    address: null,
    country: null,
    isDataCentre: false,
    receivedMs: NOW_MS,
    ...other,
  }
}

export function toContext(
  kind: KeyKind = 'publishable',
  rest: Partial<Omit<RowContext, 'sender' | 'toActorId'>> = {},
): RowContext {
  return {
    sender: { kind, project },
    defaults: {},
    receivedMs: NOW_MS,
    isGpc: false,
    agent: parseAgent(null),
    botReasons: null,
    ignoredUserIds: [],
    country: null,
    userAgent: null,
    ip: null,
    visitorKeys: NO_VISITOR,
    scrubber: toScrubber(DEFAULT_POLICY),
    toActorId: (message) => toActorId(project.hashKey, message),
    ...rest,
  }
}
