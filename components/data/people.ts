import {
  type ErasureReceipt,
  erasureAnswer,
  type PersonReference,
  type PersonSummary,
  personSummary,
  type VerifyReceiptAnswer,
  verifyReceiptAnswer,
} from '@/lib/contracts/people'
import { sendDownload, sendRequest } from './send-request'

// Always in the body: an address is written into logs and histories, and this one would name a person.
const toPath = (action: string, project: string) => `/api/people/${action}?${new URLSearchParams({ project })}`

/** What is stored of a person, counted; null when nothing is. */
export async function lookUpPerson(project: string, person: PersonReference): Promise<PersonSummary | null> {
  const path = toPath('lookup', project)
  return (await sendRequest(path, { method: 'POST', body: person, answer: personSummary.nullable() })).data
}

/** Everything that is stored of a person, as a JSON file. */
export function downloadPerson(project: string, person: PersonReference): Promise<Blob> {
  return sendDownload(toPath('export', project), { method: 'POST', body: person })
}

/** Erases a person for good. After a failure the same request again goes on where it was. */
export async function erasePerson(project: string, person: PersonReference): Promise<ErasureReceipt> {
  const path = toPath('erase', project)
  return (await sendRequest(path, { method: 'POST', body: person, answer: erasureAnswer })).data.receipt
}

/** Whether a receipt is genuine, what it says, and, given a person, whether it is theirs. */
export async function verifyReceipt(
  project: string,
  jws: string,
  person: PersonReference | null,
): Promise<VerifyReceiptAnswer> {
  const body = { jws, ...(person && { person }) }
  const path = toPath('verify-receipt', project)
  return (await sendRequest(path, { method: 'POST', body, answer: verifyReceiptAnswer })).data
}
