import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { CompactSign, compactVerify, errors } from 'jose'
import { z } from 'zod'
import type { ErasureReceipt } from '../contracts/people'
import type { ActorId } from '../core/ids'
import type { Project } from '../database/projects'

/** Part of the key: a receipt's key is good for nothing else. */
const LABEL = 'growth-stack erasure receipt v1'
const TYPE = 'erasure-receipt+jws'

const claims = z.object({
  id: z.string(),
  project: z.string(),
  erasedAt: z.string(),
  actorCount: z.int(),
  rows: z.record(z.string(), z.int()),
  subject: z.string(),
})
/** What a receipt says. `subject` is a keyed hash: it tells whether a person named later is the one, and nothing else. */
export type ReceiptClaims = z.infer<typeof claims>

// HKDF-SHA256 (RFC 5869) of the project's hash key. Symmetric, because there is nobody to whom a public key would prove more:
// whoever runs the product holds either key, and only the product's own endpoint is asked.
function toKey({ hashKey }: Pick<Project, 'hashKey'>): Uint8Array {
  return hkdf(sha256, utf8ToBytes(hashKey), undefined, utf8ToBytes(LABEL), 32)
}

/** The keyed hash by which a receipt names its subject: of the actor that the reference named. */
export function toSubject(project: Pick<Project, 'hashKey'>, actorId: ActorId): string {
  return bytesToHex(hmac(sha256, toKey(project), utf8ToBytes(actorId)))
}

/** Signs a receipt: a compact JWS (RFC 7515), HS256. The same claims give the same text. */
export function signReceipt(project: Pick<Project, 'hashKey'>, receipt: ReceiptClaims): Promise<string> {
  const payload: ReceiptClaims = claims.parse(receipt)
  return new CompactSign(utf8ToBytes(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'HS256', typ: TYPE })
    .sign(toKey(project))
}

/** What a receipt of this project says; null for any other text, and for one that was changed. */
export async function readReceipt(
  project: Pick<Project, 'hashKey' | 'slug'>,
  jws: string,
): Promise<ReceiptClaims | null> {
  try {
    const { payload, protectedHeader } = await compactVerify(jws, toKey(project), { algorithms: ['HS256'] })
    return protectedHeader.typ === TYPE ? claims.parse(JSON.parse(new TextDecoder().decode(payload))) : null
  } catch (error) {
    // Any text may be asked about; a signature of ours over something else would be a fault.
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null
    throw error
  }
}

/** The receipt as the API gives it, without the signed text. */
export function toPublicReceipt({ id, erasedAt, actorCount, rows }: ReceiptClaims): Omit<ErasureReceipt, 'jws'> {
  return { id, erasedAt, actorCount, rows }
}
