import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { describeStores } from '../../../support/store'
import { prepareInstall } from '../install'

type Member = { id: string; email: string; role: string; createdAt: string; initialPassword?: string | null }
type Answer = { status: number; data?: Member; error?: { code: string } }

describeStores('/api/projects/[slug]/members', (store) => {
  const install = prepareInstall(store)

  const ask = async (method: string, path = '', body?: unknown, cookie = install.cookies.admin): Promise<Answer> => {
    const response = await install.call(method, `/api/projects/default/members${path}`, { headers: { cookie }, body })
    return { status: response.status, ...(response.status === 204 ? {} : ((await response.json()) as object)) }
  }
  const list = async () => (await ask('GET')).data as unknown as Member[]
  const roleOf = async (id: string) => (await list()).find((member) => member.id === id)?.role
  const signIn = (email: string, password: string) =>
    install.call('POST', '/api/auth/sign-in', { body: { email, password } })

  test('POST is 201 and gives an unknown person an account whose first password is shown once', async () => {
    const { status, data } = await ask('POST', '', { email: 'New@Example.com', role: 'viewer' })
    expect([status, data]).toMatchObject([201, { email: 'new@example.com', role: 'viewer' }])
    const response = await signIn('new@example.com', data?.initialPassword ?? '')
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { data: { projects: [{ slug: 'default', role: 'viewer' }] } },
    ])
    expect((await list()).find(({ id }) => id === data?.id)).toEqual({ ...data, initialPassword: undefined })
  })

  test('POST is 201 for a person who has an account, and leaves the password alone', async () => {
    const id = install.memberIds.other
    const { status, data } = await ask('POST', '', { email: 'other@example.com', role: 'operator' })
    expect([status, data]).toMatchObject([
      201,
      { id, email: 'other@example.com', role: 'operator', initialPassword: null },
    ])
    const read = () => install.call('GET', '/api/projects/default', { headers: { cookie: install.cookies.other } })
    expect((await read()).status).toBe(200)
    expect((await ask('DELETE', `/${id}`)).status).toBe(204)
    expect((await read()).status).toBe(404)
  })

  test('POST is 409 for a member, whose role it keeps', async () => {
    const answer = await ask('POST', '', { email: 'VIEWER@example.com', role: 'admin' })
    expect([answer.status, answer.error?.code]).toEqual([409, 'conflict'])
    expect(await roleOf(install.memberIds.viewer)).toBe('viewer')
  })

  test('PATCH is 200 and counts at the next request of a session that goes on', async () => {
    const { viewer: id } = install.memberIds
    const listAs = async () => (await ask('GET', '', undefined, install.cookies.viewer)).status
    expect(await listAs()).toBe(403)
    expect(await ask('PATCH', `/${id}`, { role: 'admin' })).toMatchObject({ status: 200, data: { id, role: 'admin' } })
    expect(await listAs()).toBe(200)
    expect((await ask('PATCH', `/${id.toUpperCase()}`, { role: 'viewer' })).status).toBe(200)
    expect(await listAs()).toBe(403)
  })

  test('409 for the last admin, who can be neither demoted nor removed', async () => {
    const { admin: id } = install.memberIds
    for (const answer of [await ask('PATCH', `/${id}`, { role: 'viewer' }), await ask('DELETE', `/${id}`)]) {
      expect([answer.status, answer.error?.code]).toEqual([409, 'conflict'])
    }
    expect(await roleOf(id)).toBe('admin')
  })

  test('two admins who remove each other at the same moment leave one', async () => {
    const { admin, operator } = install.memberIds
    await ask('PATCH', `/${operator}`, { role: 'admin' })
    const answers = await Promise.all([
      ask('PATCH', `/${admin}`, { role: 'viewer' }, install.cookies.operator),
      ask('PATCH', `/${operator}`, { role: 'viewer' }, install.cookies.admin),
    ])
    const admins = await store.sql("select from public.members where project_id = 1 and role = 'admin'")
    expect([answers.map(({ status }) => status).filter((status) => status === 200), admins]).toMatchObject([
      [200],
      [{}],
    ])
    await store.sql("update public.members set role = 'admin' where user_id::text = $1", [admin])
    await ask('PATCH', `/${operator}`, { role: 'operator' })
  })

  test('403 for other roles and 404 for a stranger, who learn of nobody and change nobody', async () => {
    const before = await list()
    const path = `/${install.memberIds.viewer}`
    for (const [cookie, status] of [
      [install.cookies.operator, 403],
      [install.cookies.viewer, 403],
      [install.cookies.other, 404],
    ] as const) {
      for (const answer of [
        await ask('GET', '', undefined, cookie),
        await ask('POST', '', { email: 'mine@example.com', role: 'admin' }, cookie),
        await ask('PATCH', path, { role: 'admin' }, cookie),
        await ask('DELETE', path, undefined, cookie),
      ]) {
        expect([answer.status, answer.data]).toEqual([status, undefined])
      }
    }
    expect(await list()).toEqual(before)
  })

  test('404 for whom the project does not know, 422 for what is no member', async () => {
    for (const id of [install.memberIds.other, randomUUID()]) {
      expect((await ask('PATCH', `/${id}`, { role: 'admin' })).status).toBe(404)
      expect((await ask('DELETE', `/${id}`)).status).toBe(404)
    }
    for (const body of [{ email: 'new', role: 'viewer' }, { email: 'a@example.com', role: 'owner' }, {}]) {
      expect([body, (await ask('POST', '', body)).status]).toEqual([body, 422])
    }
    expect((await ask('PATCH', '/1', { role: 'viewer' })).status).toBe(422)
    expect((await ask('PATCH', `/${install.memberIds.viewer}`, { role: 'owner' })).status).toBe(422)
  })
})
