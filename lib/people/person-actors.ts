import { toActorId, toStoredUser } from '../collect/actor-id'
import type { PersonReference } from '../contracts/people'
import { type ActorId, isUuid } from '../core/ids'
import type { Project } from '../database/projects'

/**
 * The actors that a reference names by itself, the first of them as it is usually spelled. A uuid hashes by its spelling, while
 * users are stored in lower case: all spellings that occur belong to the person.
 */
export function toNamedActors(
  { hashKey }: Pick<Project, 'hashKey'>,
  { userId, anonymousId, actorId }: PersonReference,
): ActorId[] {
  if (actorId !== undefined) return [actorId.toLowerCase() as ActorId]
  if (userId === undefined) return [toActorId(hashKey, anonymousId as string)]
  const stored = toStoredUser(hashKey, userId)
  const spellings = isUuid(userId) ? [stored.userId, stored.userId.toUpperCase(), userId] : [userId]
  return [...new Set(spellings)].map((spelling) => toActorId(hashKey, spelling))
}
