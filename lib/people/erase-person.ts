import 'server-only'
import type { ErasureReceipt, PersonReference } from '../contracts/people'
import {
  beginErasure,
  erasePersonRows,
  finishErasure,
  readErasures,
  readRunningErasures,
  type StoredErasure,
} from '../database/erasures'
import { type Project, readProjectBySlug } from '../database/projects'
import { toNamedActors } from './person-actors'
import { signReceipt, toSubject } from './receipt'

/**
 * Erases a person from every table, and gives the signed receipt. First `emptySpill` brings in what waits outside the store;
 * then the person is buried, so that nothing from before comes back; then the rows go, a stretch at a time. Interrupted at
 * any point (`signal`, a kill), the same call goes on with it: the receipt is then of the time of the first. Two at once
 * take turns and get the same receipt.
 */
export async function erasePerson(
  project: Project,
  reference: PersonReference,
  { requestedBy, emptySpill, signal }: { requestedBy: string; emptySpill: () => Promise<void>; signal?: AbortSignal },
): Promise<ErasureReceipt> {
  const actorIds = toNamedActors(project, reference)
  const [named] = actorIds
  if (!named) throw new Error('a reference names an actor')
  await emptySpill()
  const id = await beginErasure(project.id, { actorIds, subject: toSubject(project, named), requestedBy })
  return completeErasure(project, id, signal)
}

/** Goes on with an erasure that was begun, to its end. */
export async function completeErasure(project: Project, id: string, signal?: AbortSignal): Promise<ErasureReceipt> {
  while (await erasePersonRows(id)) signal?.throwIfAborted()
  const [erasure] = await readErasures(project.id, id)
  if (!erasure) throw new Error(`erasure ${id} is not of project ${project.id}`)
  const { erasedAt, actorCount, rows } = erasure
  const jws = await finishErasure(id, await signErasure(project, erasure))
  if (jws === null) throw new Error(`erasure ${id} has rows left`)
  return { id, jws, erasedAt, actorCount, rows }
}

/** Ends what was interrupted, in all projects; gives how many that were. */
export async function completeErasures(signal?: AbortSignal): Promise<number> {
  const running = await readRunningErasures()
  for (const { id, slug } of running) {
    const project = await readProjectBySlug(slug)
    if (project) await completeErasure(project, id, signal)
  }
  return running.length
}

function signErasure(project: Project, { id, erasedAt, actorCount, rows, subject }: StoredErasure): Promise<string> {
  return signReceipt(project, { id, project: project.slug, erasedAt, actorCount, rows, subject })
}
