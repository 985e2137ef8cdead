import { expect, test } from 'vitest'
import { toKeyHash } from '../../../lib/database/project-cache'
import {
  createProjectKey,
  deleteProjectKey,
  readProjectKeys,
  rotateProjectKey,
} from '../../../lib/database/project-keys'
import { readProjectByKeyHash, readProjectBySlug } from '../../../lib/database/projects'
import { expireKey } from '../../support/expire-key'
import { describeStores } from '../../support/store'
import { PROJECT } from './ingest'

const DAY_MS = 86_400_000
const toIso = (atMs: number) => new Date(atMs).toISOString()

describeStores('keys', (store) => {
  test('are shown whole once and kept as a hash', async () => {
    const created = await createProjectKey(PROJECT, { kind: 'publishable', label: 'shop' })
    expect(created.key).toMatch(/^pk_[\w-]{32}$/)
    const [listed] = await readProjectKeys(PROJECT)
    expect(listed).toMatchObject({
      kind: 'publishable',
      label: 'shop',
      prefix: created.key.slice(0, 10),
      revokedAt: null,
      expiresAt: null,
    })
    expect(JSON.stringify(await store.sql('select * from public.project_keys'))).not.toContain(created.key)
  })

  test('are replaced and revoked for good', async () => {
    const old = await createProjectKey(PROJECT, { kind: 'secret', label: 'api' })
    const next = await rotateProjectKey(PROJECT, old.id)
    expect(next).toMatchObject({ kind: 'secret', label: 'api' })
    expect(await readProjectByKeyHash(toKeyHash(old.key))).toBeNull()
    expect(await rotateProjectKey(PROJECT, old.id)).toBeNull()
    expect(await deleteProjectKey(PROJECT, next?.id ?? '')).toBe(true)
    expect(await deleteProjectKey(PROJECT, next?.id ?? '')).toBe(false)
    expect(await readProjectByKeyHash(toKeyHash(next?.key ?? ''))).toBeNull()
  })

  test('end by themselves where they were made to: then they are unknown, and are not replaced', async () => {
    const expiresAt = toIso(Date.now() + 90 * DAY_MS)
    const made = await createProjectKey(PROJECT, { kind: 'secret', label: '', expiresAt })
    expect(made.expiresAt).toBe(expiresAt)
    expect((await readProjectByKeyHash(toKeyHash(made.key)))?.kind).toBe('secret')
    expect((await readProjectBySlug('default'))?.secretKeyHashes).toContain(toKeyHash(made.key))
    await expireKey(store, made.id)
    expect(await readProjectByKeyHash(toKeyHash(made.key))).toBeNull()
    expect((await readProjectBySlug('default'))?.secretKeyHashes).not.toContain(toKeyHash(made.key))
    expect(await rotateProjectKey(PROJECT, made.id)).toBeNull()
    expect(await deleteProjectKey(PROJECT, made.id)).toBe(true)
  })

  test('with an end are followed by keys that live as long', async () => {
    const expiresAt = toIso(Date.now() + 30 * DAY_MS)
    const old = await createProjectKey(PROJECT, { kind: 'publishable', label: '', expiresAt })
    const next = await rotateProjectKey(PROJECT, old.id)
    const [oldMs, nextMs] = [old, next].map(
      (key) => Date.parse(key?.expiresAt ?? '') - Date.parse(key?.createdAt ?? ''),
    )
    expect(Math.abs((nextMs as number) - (oldMs as number))).toBeLessThanOrEqual(1)
  })

  test.each([
    ['past', toIso(Date.now() - 60_000)],
    ['further off than ten years', toIso(Date.now() + 3_660 * DAY_MS)],
    ['in no year of the store', '0000-01-01T00:00:00Z'],
    ['at the end of time', '9999-12-31T23:59:59Z'],
  ])('are not made with an end that is %s', async (_, expiresAt) => {
    const before = await readProjectKeys(PROJECT)
    await expect(createProjectKey(PROJECT, { kind: 'secret', label: '', expiresAt })).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'expiresAt', message: expect.stringContaining('future') }],
    })
    expect(await readProjectKeys(PROJECT)).toEqual(before)
  })
})
