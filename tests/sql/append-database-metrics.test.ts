import { beforeEach, expect, test } from 'vitest'
import { describeStores } from '../support/store'
import { append, countRows, createProject, NOON, uuid } from './store-rows'

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Database query number `number`, on behalf of nobody. */
function databaseQuery(number: number, fields: Record<string, unknown> = {}) {
  return { id: uuid(number), actor_id: NOBODY, timestamp: NOON, query: 'select from meals', duration: 5, ...fields }
}

describeStores('append_database_metrics', (store) => {
  beforeEach(() => store.sql('truncate public.database_performance_metrics'))

  test('stores every field', async () => {
    const fields = {
      query: 'select * from meals where id = $1',
      duration: 12.25,
      rows: 0,
      cached: true,
      user_id: uuid(1),
    }
    expect(
      await append(store, 'append_database_metrics', [databaseQuery(1, { ...fields, actor_id: uuid(801) })]),
    ).toEqual([])
    const { data } = await store.client().from('database_performance_metrics').select().single()
    expect(data).toMatchObject({
      ...fields,
      project_id: 1,
      id: uuid(1),
      actor_id: uuid(801),
      timestamp: NOON,
      ip: null,
    })
  })

  test('takes a query without further word as not cached, with an unknown number of rows', async () => {
    await append(store, 'append_database_metrics', [databaseQuery(1)])
    const { data } = await store.client().from('database_performance_metrics').select('rows,cached').single()
    expect(data).toEqual({ rows: null, cached: false })
  })

  test('counts a batch once however often it is sent, and the first of copies inside it', async () => {
    const batch = [databaseQuery(2, { rows: 1 }), databaseQuery(1), databaseQuery(2, { rows: 2 })]
    expect(await append(store, 'append_database_metrics', [])).toEqual([])
    expect(await append(store, 'append_database_metrics', batch)).toEqual([2])
    expect(await append(store, 'append_database_metrics', [databaseQuery(3), ...batch])).toEqual([1, 2, 3])
    expect(await countRows(store, 'database_performance_metrics', 'rows = 2')).toBe(0)
    expect(await countRows(store, 'database_performance_metrics')).toBe(3)
  })

  test('counts 20 identical batches at once as one', async () => {
    const batch = Array.from({ length: 50 }, (_, index) => databaseQuery(index, { timestamp: NOON - index }))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        append(store, 'append_database_metrics', turn % 2 ? batch : batch.toReversed()),
      ),
    )
    expect(answers.reduce((sum, duplicates) => sum + batch.length - duplicates.length, 0)).toBe(batch.length)
  })

  test('refuses the whole batch for one bad row', async () => {
    for (const fields of [
      { id: null },
      { query: null },
      { query: '' },
      { duration: null },
      { duration: -1 },
      { rows: -1 },
    ]) {
      const batch = [databaseQuery(1), databaseQuery(2, fields)]
      await expect(append(store, 'append_database_metrics', batch), JSON.stringify(fields)).rejects.toMatchObject({
        code: expect.stringMatching(/^2[23]/),
      })
    }
    expect(await countRows(store, 'database_performance_metrics')).toBe(0)
  })

  test('refuses a project that does not exist, and keeps projects apart', async () => {
    await expect(append(store, 'append_database_metrics', [], 4_711)).rejects.toMatchObject({
      message: 'unknown_project',
    })
    const other = await createProject(store, 'isolation')
    await append(store, 'append_database_metrics', [databaseQuery(1)])
    expect(await append(store, 'append_database_metrics', [databaseQuery(1)], other)).toEqual([])
    expect(await countRows(store, 'database_performance_metrics', 'project_id = 1')).toBe(1)
  })
})
