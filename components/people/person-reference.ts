import type { PersonReference } from '@/lib/contracts/people'

/** The ways to name a person, with where each id is found. */
export const REFERENCE_KINDS = [
  { kind: 'userId', label: 'Application user id', hint: 'What your code gives to identify() and track()' },
  {
    kind: 'anonymousId',
    label: 'Anonymous id',
    hint: 'What the SDK made for a browser; in context.anonymousId of what it sends',
  },
  {
    kind: 'actorId',
    label: 'Actor id',
    hint: 'A uuid as the store keeps it: actor_id in exported rows and dead letters',
  },
] as const
export type ReferenceKind = (typeof REFERENCE_KINDS)[number]['kind']

/** A person named by one id; null without any. Spaces around it come from copying and are not part of it. */
export function toPersonReference(kind: ReferenceKind, text: string): PersonReference | null {
  const id = text.trim()
  return id === '' ? null : ({ [kind]: id } as PersonReference)
}

/** The id a person was named by. */
export function toReferenceText({ userId, anonymousId, actorId }: PersonReference): string {
  return userId ?? anonymousId ?? actorId ?? ''
}
