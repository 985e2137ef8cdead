import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { readReceipt, signReceipt, toPublicReceipt, toSubject } from '../../../lib/people/receipt'

const project = { hashKey: 'a'.repeat(64), slug: 'shop' }
const foreign = { hashKey: 'b'.repeat(64), slug: 'shop' }
const actorId = toActorId(project.hashKey, 'ann')
const receipt = {
  id: 'e-1',
  project: 'shop',
  erasedAt: '2026-03-10T12:00:00.000Z',
  actorCount: 2,
  rows: { user_events: 3 },
  subject: toSubject(project, actorId),
}

test('a receipt says what was signed, and the same receipt is the same text', async () => {
  const jws = await signReceipt(project, receipt)
  expect(await readReceipt(project, jws)).toEqual(receipt)
  expect(await signReceipt(project, receipt)).toBe(jws)
})

test('a receipt of another project, a changed one and any other text are none', async () => {
  const jws = await signReceipt(project, receipt)
  const [header, , signature] = jws.split('.')
  const forged = Buffer.from(JSON.stringify({ ...receipt, actorCount: 9 })).toString('base64url')
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged}.`
  expect(await readReceipt(foreign, jws)).toBeNull()
  for (const text of [`${header}.${forged}.${signature}`, unsigned, '', 'x', 'a.b.c', `${jws}x`]) {
    expect(await readReceipt(project, text)).toBeNull()
  }
})

test('the subject is another in every project, and tells the actor to nobody', () => {
  expect(toSubject(project, actorId)).toMatch(/^[0-9a-f]{64}$/)
  expect(toSubject(foreign, actorId)).not.toBe(receipt.subject)
  expect(receipt.subject).not.toContain(actorId.replaceAll('-', ''))
})

test('what is shown of a receipt leaves the subject out', () => {
  const { id, erasedAt, actorCount, rows } = receipt
  expect(toPublicReceipt(receipt)).toEqual({ id, erasedAt, actorCount, rows })
})
