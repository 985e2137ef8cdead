import { expect, test } from 'vitest'
import { describeStores } from '../support/store'
import { call, createProject } from './store-rows'

describeStores('update_project_settings', (store) => {
  const change = (project: number, settings: object) =>
    call(store, 'update_project_settings', { p_project_id: project, p_settings: settings })

  test('merges by field, also inside objects, and keeps the rest', async () => {
    const project = await createProject(store, 'merged')
    expect(await change(project, { a: 1, nested: { x: 1, y: null } })).toEqual({ a: 1, nested: { x: 1, y: null } })
    expect(await change(project, { b: [1], nested: { y: 2 } })).toEqual({ a: 1, b: [1], nested: { x: 1, y: 2 } })
    expect(await change(project, { b: [], a: null })).toEqual({ a: null, b: [], nested: { x: 1, y: 2 } })
    expect(await change(project, { nested: 5 })).toEqual({ a: null, b: [], nested: 5 })
    expect(await change(project, { nested: { z: 1 } })).toEqual({ a: null, b: [], nested: { z: 1 } })
    expect(await change(project, {})).toEqual({ a: null, b: [], nested: { z: 1 } })
  })

  test('loses neither of two concurrent changes', async () => {
    const project = await createProject(store, 'concurrent')
    await Promise.all(Array.from({ length: 10 }, (_, index) => change(project, { nested: { [`k${index}`]: index } })))
    expect(Object.keys(((await change(project, {})) as { nested: object }).nested)).toHaveLength(10)
  })

  test('touches no other project', async () => {
    const other = await createProject(store, 'untouched')
    expect(await change(4_711, { a: 1 })).toBeNull()
    expect(await change(other, {})).toEqual({})
  })
})
