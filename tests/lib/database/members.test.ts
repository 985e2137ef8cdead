import { expect, test } from 'vitest'
import {
  createAccount,
  deleteMember,
  readAccountId,
  readMembers,
  readMemberships,
  updateMember,
} from '../../../lib/database/members'
import { describeStores } from '../../support/store'
import { PROJECT } from './ingest'

describeStores('members', () => {
  test('come, change their role and go, but never the last admin', async () => {
    const ann = await createAccount('ann@example.com', 'correct horse')
    const bob = await createAccount('bob@example.com', 'correct horse')
    expect(await readAccountId('ANN@example.com')).toBe(ann)
    expect(await readAccountId('none@example.com')).toBeNull()
    await updateMember(PROJECT, { id: ann, email: 'ann@example.com', role: 'admin' })
    await updateMember(PROJECT, { id: bob, email: 'bob@example.com', role: 'viewer' })
    expect((await readMembers(PROJECT)).map(({ email, role }) => [email, role])).toEqual([
      ['ann@example.com', 'admin'],
      ['bob@example.com', 'viewer'],
    ])
    const demoted = updateMember(PROJECT, { id: ann, email: 'ann@example.com', role: 'viewer' })
    await expect(demoted).rejects.toMatchObject({ code: 'conflict' })
    await expect(deleteMember(PROJECT, ann)).rejects.toMatchObject({ code: 'conflict' })
    await deleteMember(PROJECT, bob)
    expect(await readMemberships(bob)).toEqual([])
    expect(await readMemberships(ann)).toEqual([{ projectId: 1, slug: 'default', name: 'Default', role: 'admin' }])
  })
})
