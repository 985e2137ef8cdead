import { beforeAll, expect, test, vi } from 'vitest'
import type { Principal } from '../../../lib/auth/principal'
import { describeStores } from '../../support/store'
import { addMember } from './fixtures'

describeStores('who asks', (store) => {
  let lib: typeof import('../../../lib/auth/principal')
  let token = ''
  beforeAll(async () => {
    vi.resetModules()
    process.env.GROWTH_JOB_SECRET = 'the-job-secret'
    lib = await import('../../../lib/auth/principal')
    await addMember(store, 'ann@example.com', 'correct horse', 'operator')
    const { createSession } = await import('../../../lib/auth/session')
    token = (await createSession('ann@example.com', 'correct horse'))?.tokens.accessToken ?? ''
  })
  const read = (headers: Record<string, string>) => lib.readPrincipal(new Headers(headers))

  test('is told by key, job secret, token or cookie, in this order', async () => {
    const { createProjectKey } = await import('../../../lib/database/project-keys')
    const { key } = await createProjectKey(1 as never, { kind: 'secret', label: '' })
    const cookie = `growth-access=${token}`
    expect(await read({ authorization: `Bearer ${key}`, cookie })).toMatchObject({
      kind: 'secret',
      project: { slug: 'default' },
    })
    expect(await read({ authorization: 'Bearer the-job-secret', cookie })).toEqual({ kind: 'job' })
    expect(await read({ authorization: `bearer ${token}` })).toMatchObject({ kind: 'member', via: 'bearer' })
    expect(await read({ cookie })).toMatchObject({ kind: 'member', via: 'cookie', memberships: [{ role: 'operator' }] })
    expect(await read({})).toEqual({ kind: 'anonymous' })
    expect(await read({ cookie: 'growth-access=stale' })).toEqual({ kind: 'anonymous' })
    expect(await lib.readKeyPrincipal(new Headers({ cookie }))).toEqual({ kind: 'anonymous' })
  })

  test('is a read-only link by its token, for reports of its project alone and until it is revoked', async () => {
    const { createShare, revokeShare } = await import('../../../lib/database/shares')
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const link = { path: '/admin', query: '', expiresAt, createdBy: 'ann@example.com' } as const
    const { token: shareToken, id } = await createShare(1 as never, link)
    const headers = { authorization: `Bearer ${shareToken}`, cookie: `growth-access=${token}` }
    const guest = await read(headers)
    expect(guest).toMatchObject({ kind: 'share', shareId: id, project: { slug: 'default' } })
    expect(await lib.authorize(guest, 'reports.read', null)).toMatchObject({ ok: true })
    expect(await lib.authorize(guest, 'people.read', null)).toEqual({ ok: false, reason: 'forbidden' })
    expect(await lib.authorize(guest, 'collect.write', null)).toEqual({ ok: false, reason: 'forbidden' })
    expect(await lib.authorize(guest, 'reports.read', 'other')).toEqual({ ok: false, reason: 'not_found' })
    await revokeShare(1 as never, id)
    await expect(read(headers)).rejects.toMatchObject({ code: 'unknown_key' })
  })

  test('is refused when the bearer is nobody', async () => {
    await expect(read({ authorization: 'Bearer sk_nope' })).rejects.toMatchObject({ code: 'unknown_key' })
    await expect(read({ authorization: `Bearer share_${'a'.repeat(43)}` })).rejects.toMatchObject({
      code: 'unknown_key',
    })
    for (const authorization of ['Bearer x', 'Basic abc', 'Bearer', '']) {
      await expect(read({ authorization })).rejects.toMatchObject({ code: 'unauthenticated' })
    }
  })

  test('loses a right with the membership, at the next request', async () => {
    const cookie = `growth-access=${token}`
    const before = await read({ cookie })
    expect(await lib.authorize(before, 'reports.read', 'default')).toMatchObject({ ok: true })
    expect(await lib.authorize(before, 'keys.manage', 'default')).toEqual({ ok: false, reason: 'forbidden' })
    await store.sql('delete from public.members')
    expect(await lib.authorize(await read({ cookie }), 'reports.read', null)).toEqual({
      ok: false,
      reason: 'not_found',
    })
  })

  test('that is nobody is asked to sign in, that is a machine is refused', async () => {
    const refusal = (principal: Principal) => lib.authorize(principal, 'reports.read', null)
    expect(await refusal({ kind: 'anonymous' })).toEqual({ ok: false, reason: 'unauthenticated' })
    expect(await refusal({ kind: 'job' })).toEqual({ ok: false, reason: 'forbidden' })
  })
})
