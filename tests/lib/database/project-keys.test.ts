import { expect, test } from 'vitest'
import { toKeyHash } from '../../../lib/database/project-cache'
import {
  createProjectKey,
  deleteProjectKey,
  readProjectKeys,
  rotateProjectKey,
} from '../../../lib/database/project-keys'
import { readProjectByKeyHash } from '../../../lib/database/projects'
import { describeStores } from '../../support/store'
import { PROJECT } from './ingest'

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
})
