import type { PersonReference, VerifyReceiptAnswer } from '../contracts/people'
import type { Project } from '../database/projects'
import { toNamedActors } from './person-actors'
import { readReceipt, toPublicReceipt, toSubject } from './receipt'

/**
 * Whether a receipt is this project's and unchanged, what it says, and whether it is about `person`, who must be named in the
 * way they were at the erasure: their links are gone with them.
 */
export async function verifyReceipt(
  project: Project,
  { jws, person }: { jws: string; person?: PersonReference | undefined },
): Promise<VerifyReceiptAnswer> {
  const claims = await readReceipt(project, jws)
  if (!claims) return { isValid: false, receipt: null, isSubject: null }
  const subjects = person && toNamedActors(project, person).map((actorId) => toSubject(project, actorId))
  return { isValid: true, receipt: toPublicReceipt(claims), isSubject: subjects?.includes(claims.subject) ?? null }
}
