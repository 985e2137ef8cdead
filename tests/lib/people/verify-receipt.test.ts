import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { signReceipt, toSubject } from '../../../lib/people/receipt'
import { verifyReceipt } from '../../../lib/people/verify-receipt'
import { createProject } from '../insights/project'

const project = { ...createProject(1), hashKey: 'a'.repeat(64) }
const said = { id: 'e-1', erasedAt: '2026-03-10T12:00:00.000Z', actorCount: 2, rows: { user_events: 3 } }
const subject = toSubject(project, toActorId(project.hashKey, 'ann'))
const sign = () => signReceipt(project, { ...said, project: project.slug, subject })

test('a genuine receipt is valid, and about whom it was issued for', async () => {
  const jws = await sign()
  expect(await verifyReceipt(project, { jws })).toEqual({ isValid: true, receipt: said, isSubject: null })
  expect(await verifyReceipt(project, { jws, person: { userId: 'ann' } })).toMatchObject({ isSubject: true })
  expect(await verifyReceipt(project, { jws, person: { userId: 'bob' } })).toMatchObject({ isSubject: false })
})

test('any other text says nothing', async () => {
  const jws = `${await sign()}x`
  const nothing = { isValid: false, receipt: null, isSubject: null }
  expect(await verifyReceipt(project, { jws, person: { userId: 'ann' } })).toEqual(nothing)
})
