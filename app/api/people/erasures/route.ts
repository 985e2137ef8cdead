import { projectOf } from '@/app/api/analytics/project-of'
import type { Erasure } from '@/lib/contracts/people'
import { readErasures, type StoredErasure } from '@/lib/database/erasures'
import { defineRoute } from '@/lib/http/define-route'

/** Who was erased by whom and when, without saying who. */
export const GET = defineRoute('/api/people/erasures', { permission: 'people.read' }, async (call) => ({
  items: (await readErasures(projectOf(call).id)).map(toErasure),
}))

function toErasure({
  id,
  isFinished,
  requestedBy,
  startedAt,
  finishedAt,
  actorCount,
  rows,
  jws,
}: StoredErasure): Erasure {
  return { id, status: isFinished ? 'finished' : 'running', requestedBy, startedAt, finishedAt, actorCount, rows, jws }
}
