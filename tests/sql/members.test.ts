import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeStores } from '../support/store'
import { call, createPerson, createProject, uuid } from './store-rows'

const [ADA, BOB, CAY] = [uuid(1), uuid(2), uuid(3)]

describeStores('members', (store) => {
  let other = 0
  const set = (userId: string, role: string, projectId = 1) =>
    call(store, 'set_member', { p_project_id: projectId, p_user_id: userId, p_email: 'a@example.test', p_role: role })
  const remove = (userId: string, projectId = 1) =>
    call(store, 'remove_member', { p_project_id: projectId, p_user_id: userId })
  const readRoles = async (projectId = 1) => {
    const members = await call<{ user_id: string; role: string }[]>(store, 'get_members', { p_project_id: projectId })
    return Object.fromEntries(members.map((member) => [member.user_id, member.role]))
  }

  beforeAll(async () => {
    other = await createProject(store, 'other')
    await createPerson(store, ADA, 'Ada@Example.test')
    await createPerson(store, BOB)
    await createPerson(store, CAY)
  })
  beforeEach(() => store.sql('truncate public.members'))

  test('set_member adds a member and changes the role of one', async () => {
    expect(await set(ADA, 'viewer')).toMatchObject([{ user_id: ADA, email: 'a@example.test', role: 'viewer' }])
    expect(await set(ADA, 'admin')).toMatchObject([{ user_id: ADA, role: 'admin' }])
    expect(await readRoles()).toEqual({ [ADA]: 'admin' })
  })

  test('set_member refuses a role, a person and a project that do not exist', async () => {
    await expect(set(ADA, 'owner')).rejects.toMatchObject({ code: '23514' })
    await expect(set(uuid(99), 'viewer')).rejects.toMatchObject({ code: '23503' })
    await expect(set(ADA, 'viewer', 4_711)).rejects.toMatchObject({ code: '23503' })
  })

  test('get_members lists the members of one project, the oldest first', async () => {
    await set(BOB, 'admin')
    await set(ADA, 'viewer')
    await set(CAY, 'admin', other)
    const members = await call<{ user_id: string }[]>(store, 'get_members', { p_project_id: 1 })
    expect(members.map((member) => member.user_id)).toEqual([BOB, ADA])
  })

  test('get_memberships lists the projects of one person, with the role in each', async () => {
    await set(ADA, 'viewer')
    await set(ADA, 'admin', other)
    await set(BOB, 'admin')
    expect(await call(store, 'get_memberships', { p_user_id: ADA })).toEqual([
      { project_id: 1, slug: 'default', name: 'Default', role: 'viewer' },
      { project_id: other, slug: 'other', name: 'other', role: 'admin' },
    ])
    expect(await call(store, 'get_memberships', { p_user_id: CAY })).toEqual([])
  })

  test('the last admin of a project can be neither demoted nor removed', async () => {
    await set(ADA, 'admin')
    await set(BOB, 'operator')
    await set(CAY, 'admin', other)
    const refusal = { code: '23514', message: 'last_admin' }
    await expect(set(ADA, 'operator')).rejects.toMatchObject(refusal)
    await expect(remove(ADA)).rejects.toMatchObject(refusal)
    expect(await set(ADA, 'admin')).toHaveLength(1)
    await set(BOB, 'admin')
    expect(await remove(ADA)).toBe(true)
    await expect(set(BOB, 'viewer')).rejects.toMatchObject(refusal)
    expect(await readRoles()).toEqual({ [BOB]: 'admin' })
  })

  test('admins who demote each other at once leave one', async () => {
    const admins = Array.from({ length: 12 }, (_, index) => uuid(100 + index))
    for (const admin of admins) await createPerson(store, admin)
    for (const admin of admins) await set(admin, 'admin')
    const answers = await Promise.allSettled(admins.map((admin) => set(admin, 'viewer')))
    expect(answers.filter((answer) => answer.status === 'rejected')).toHaveLength(1)
    expect(Object.values(await readRoles()).filter((role) => role === 'admin')).toHaveLength(1)
  })

  test('remove_member ends one membership and says whether there was one', async () => {
    await set(ADA, 'admin')
    await set(BOB, 'viewer')
    await set(BOB, 'viewer', other)
    expect(await remove(BOB)).toBe(true)
    expect(await remove(BOB)).toBe(false)
    expect(await readRoles(other)).toEqual({ [BOB]: 'viewer' })
  })

  test('get_auth_user_id finds an account whatever the case of its address', async () => {
    expect(await call(store, 'get_auth_user_id', { p_email: ' aDA@example.TEST' })).toBe(ADA)
    expect(await call(store, 'get_auth_user_id', { p_email: 'nobody@example.test' })).toBeNull()
    expect(await call(store, 'get_auth_user_id', { p_email: null })).toBeNull()
  })
})
