import { expect, test } from 'vitest'
import type { ProjectId } from '../../../lib/core/ids'
import { toKeyHash } from '../../../lib/database/project-cache'
import { createProjectKey, deleteProjectKey } from '../../../lib/database/project-keys'
import { readProjectByKeyHash, readProjectBySlug, updateProject } from '../../../lib/database/projects'
import { createProject } from '../../sql/store-rows'
import { describeStores } from '../../support/store'
import { PROJECT } from './ingest'

describeStores('projects', (store) => {
  test('are found by slug and by key, and by nothing else', async () => {
    expect(await readProjectBySlug('default')).toMatchObject({ id: 1, slug: 'default', allowedOrigins: [] })
    expect(await readProjectBySlug('none')).toBeNull()
    const { key } = await createProjectKey(PROJECT, { kind: 'secret', label: '' })
    expect(await readProjectByKeyHash(toKeyHash(key))).toMatchObject({ kind: 'secret', project: { slug: 'default' } })
    expect(await readProjectByKeyHash(toKeyHash('sk_none'))).toBeNull()
  })

  test('bring the hashes of their own valid secret keys, and of no other keys', async () => {
    const before = (await readProjectBySlug('default'))?.secretKeyHashes ?? []
    const kept = await createProjectKey(PROJECT, { kind: 'secret', label: '' })
    const ended = await createProjectKey(PROJECT, { kind: 'secret', label: '' })
    const publishable = await createProjectKey(PROJECT, { kind: 'publishable', label: '' })
    const other = await createProject(store, 'other')
    const foreign = await createProjectKey(other as ProjectId, { kind: 'secret', label: '' })
    await deleteProjectKey(PROJECT, ended.id)
    const expected = [...before, toKeyHash(kept.key)]
    expect((await readProjectBySlug('default'))?.secretKeyHashes).toEqual(expected)
    const found = await readProjectByKeyHash(toKeyHash(publishable.key))
    expect(found?.project.secretKeyHashes).toEqual(expected)
    expect((await readProjectBySlug('other'))?.secretKeyHashes).toEqual([toKeyHash(foreign.key)])
  })

  test('change by what is given', async () => {
    await updateProject(PROJECT, { name: 'Shop', allowedOrigins: ['https://shop.example'] })
    await updateProject(PROJECT, { timezone: 'Europe/Vienna' })
    expect(await readProjectBySlug('default')).toMatchObject({
      name: 'Shop',
      timezone: 'Europe/Vienna',
      allowedOrigins: ['https://shop.example'],
    })
  })

  test('refuse a time zone that this runtime knows and the store does not, and change nothing', async () => {
    await expect(updateProject(PROJECT, { name: 'Unseen', timezone: 'AET' })).rejects.toMatchObject({
      code: 'invalid_request',
      issues: [{ path: 'timezone' }],
    })
    expect(await readProjectBySlug('default')).toMatchObject({ name: 'Shop', timezone: 'Europe/Vienna' })
  })
})
