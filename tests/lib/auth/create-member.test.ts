import { expect, test } from 'vitest'
import { createMember } from '../../../lib/auth/create-member'
import { createSession } from '../../../lib/auth/session'
import type { ProjectId } from '../../../lib/core/ids'
import { describeStores } from '../../support/store'

const project = 1 as ProjectId

describeStores('adding a member', (store) => {
  test('gives a new person an account whose first password works, and a known one none', async () => {
    const member = await createMember(project, { email: ' New@Example.com', role: 'viewer' })
    expect(member).toMatchObject({ email: 'new@example.com', role: 'viewer' })
    expect((await createSession('new@example.com', member.initialPassword ?? ''))?.answer.projects).toHaveLength(1)
    await store.sql('delete from public.members')
    expect(await createMember(project, { email: 'new@example.com', role: 'admin' })).toMatchObject({
      id: member.id,
      initialPassword: null,
    })
  })

  test('refuses one who is a member already', async () => {
    await expect(createMember(project, { email: 'NEW@example.com', role: 'viewer' })).rejects.toMatchObject({
      code: 'conflict',
    })
  })
})
