import { expect, test } from 'vitest'
import { createSavedView, deleteSavedView, readSavedViews, updateSavedView } from '../../../lib/database/saved-views'
import { createProject } from '../../sql/store-rows'
import { describeStores } from '../../support/store'
import { PROJECT } from './ingest'

describeStores('saved views', (store) => {
  test('are kept, renamed, moved and deleted', async () => {
    const made = await createSavedView(PROJECT, { name: 'mobile', path: '/admin/vitals', query: 'device=mobile' })
    await createSavedView(PROJECT, { name: 'Germany', path: '/admin', query: 'country=DE' })
    expect((await readSavedViews(PROJECT)).map(({ name }) => name)).toEqual(['Germany', 'mobile'])
    const taken = { name: 'Germany', path: '/admin', query: '' }
    await expect(createSavedView(PROJECT, taken)).rejects.toMatchObject({ code: 'conflict' })
    await expect(updateSavedView(PROJECT, made.id, { name: 'Germany' })).rejects.toMatchObject({ code: 'conflict' })
    expect(await updateSavedView(PROJECT, made.id, { name: 'Phones', query: '' })).toEqual({
      ...made,
      name: 'Phones',
      query: '',
      updatedAt: expect.any(String),
    })
    expect(await deleteSavedView(PROJECT, made.id)).toBe(true)
    expect(await deleteSavedView(PROJECT, made.id)).toBe(false)
    expect(await updateSavedView(PROJECT, made.id, { name: 'x' })).toBeNull()
  })

  test('of another project do not exist', async () => {
    const other = (await createProject(store, 'other')) as typeof PROJECT
    const { id } = await createSavedView(other, { name: 'theirs', path: '/admin', query: '' })
    expect((await readSavedViews(PROJECT)).map((each) => each.id)).not.toContain(id)
    expect(await updateSavedView(PROJECT, id, { name: 'ours' })).toBeNull()
    expect(await deleteSavedView(PROJECT, id)).toBe(false)
  })
})
