import type { CollectContext } from '../contracts/collect-events'
import type { ActorId } from '../core/ids'
import { toStoredUser } from './actor-id'
import type { RowContext } from './collect-request'
import { toStorableId } from './storable-text'

type Identified = {
  id: string
  timestamp: number
  userId?: string | null | undefined
  anonymousId?: string | null | undefined
  sessionId?: string | null | undefined
}

/** Who a row is about, as stored: actor, user, session, visitor. `anonymousId` and `externalId` serve identification only. */
export type RowPerson = {
  actorId: ActorId
  userId: string | null
  externalId: string | null
  sessionId: string | null
  visitorId: string | null
  anonymousId: string | null
}

/** A field of the item, else of the context. An item that says null or an empty text leaves the field out. */
export function pick<Field extends keyof CollectContext>(
  item: Readonly<Partial<Record<Field, CollectContext[Field]>>>,
  defaults: CollectContext,
  field: Field,
): NonNullable<CollectContext[Field]> | null {
  return (item[field] === undefined ? defaults[field] : item[field]) || null
}

/**
 * Step: the person behind an item. The actor is the keyed hash of `userId ?? anonymousId ?? sessionId` exactly as sent, so
 * that a retry has the same key; of the item's own id when there is none of them, and under Global Privacy Control, where
 * everything that names a person is left out. A visitor is who is no known user.
 */
export function toRowPerson(item: Identified, context: RowContext): RowPerson {
  const { defaults, isGpc, sender, toActorId, visitorKeys } = context
  const userId = isGpc ? null : pick(item, defaults, 'userId')
  const anonymousId = isGpc ? null : pick(item, defaults, 'anonymousId')
  const sessionId = isGpc ? null : pick(item, defaults, 'sessionId')
  const user = userId === null ? null : toStoredUser(sender.project.hashKey, userId)
  return {
    actorId: toActorId(userId ?? anonymousId ?? sessionId ?? item.id),
    userId: user?.userId ?? null,
    externalId: toStorableId(user?.externalId),
    sessionId: toStorableId(sessionId),
    visitorId: userId === null ? visitorKeys.of(item.timestamp) : null,
    anonymousId,
  }
}
