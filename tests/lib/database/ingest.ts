import { toActorId } from '../../../lib/collect/actor-id'
import type { ProjectId } from '../../../lib/core/ids'

export const PROJECT = 1 as ProjectId

/** What every row needs: a fresh id, somebody, now. */
export const toIdentity = () => ({
  id: crypto.randomUUID(),
  actorId: toActorId('key', 'someone'),
  timestamp: Date.now(),
})
