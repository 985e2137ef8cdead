import { expect, test } from 'vitest'
import { SHARE_TOKEN } from '../../../lib/contracts/share'
import { createShare, readShare, readShares, revokeShare } from '../../../lib/database/shares'
import { createProject } from '../../sql/store-rows'
import { describeStores } from '../../support/store'
import { PROJECT } from './ingest'

const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()
const request = { path: '/admin/vitals', query: 'range=7d', createdBy: 'ann@example.com' } as const

describeStores('read-only links', (store) => {
  test('show their token once and keep its hash', async () => {
    const made = await createShare(PROJECT, { ...request, expiresAt: inDays(90) })
    expect(made.token).toMatch(SHARE_TOKEN)
    const { token, ...listed } = made
    expect(await readShares(PROJECT)).toEqual([listed])
    expect(JSON.stringify(await store.sql('select * from public.shares'))).not.toContain(token.slice(6))
    expect(await readShare(token)).toEqual({
      id: made.id,
      slug: 'default',
      path: '/admin/vitals',
      query: 'range=7d',
      expiresAtMs: Date.parse(made.expiresAt),
    })
    expect((await createShare(PROJECT, { ...request, expiresAt: inDays(1) })).token).not.toBe(token)
  })

  test('end at once when they are revoked, and for good', async () => {
    const made = await createShare(PROJECT, { ...request, expiresAt: inDays(1) })
    expect(await readShare(made.token)).not.toBeNull()
    const other = (await createProject(store, 'other')) as typeof PROJECT
    expect(await revokeShare(other, made.id)).toBe(false)
    expect(await revokeShare(PROJECT, made.id)).toBe(true)
    expect(await readShare(made.token)).toBeNull()
    expect(await revokeShare(PROJECT, made.id)).toBe(false)
    expect((await readShares(PROJECT)).find(({ id }) => id === made.id)?.revokedAt).not.toBeNull()
  })

  test('end by themselves', async () => {
    const made = await createShare(PROJECT, { ...request, expiresAt: inDays(1) })
    await store.sql(
      "update public.shares set created_at = created_at - interval '1 day', expires_at = now() where id = $1",
      [made.id],
    )
    expect(await readShare(made.token)).toBeNull()
  })

  test('end within 90 days, by the clock of the store', async () => {
    for (const expiresAt of [inDays(91), inDays(-1), '0000-01-01T00:00:00Z']) {
      await expect(createShare(PROJECT, { ...request, expiresAt })).rejects.toMatchObject({
        code: 'invalid_request',
        issues: [{ path: 'expiresAt' }],
      })
    }
    await expect(store.sql("update public.shares set expires_at = created_at + interval '91 days'")).rejects.toThrow(
      'check constraint',
    )
  })

  test('are unknown unless the text is a token', async () => {
    for (const text of ['', 'share_', 'x', `share_${'a'.repeat(42)}`, `share_${'a'.repeat(43)}`]) {
      expect(await readShare(text)).toBeNull()
    }
  })
})
