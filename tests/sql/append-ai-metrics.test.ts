import { beforeEach, expect, test } from 'vitest'
import { describeStores } from '../support/store'
import { append, countRows, createProject, NOON, uuid } from './store-rows'

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** AI call number `number`, on behalf of nobody. */
function aiCall(number: number, fields: Record<string, unknown> = {}) {
  return { id: uuid(number), actor_id: NOBODY, timestamp: NOON, model: 'claude', ...fields }
}

describeStores('append_ai_metrics', (store) => {
  beforeEach(() => store.sql('truncate public.ai_performance_metrics'))

  test('stores every field', async () => {
    const fields = {
      request_id: 'req_1',
      endpoint: '/api/meal-plan',
      model: 'claude',
      tokens: 1_200,
      duration: 812.5,
      success: false,
      error: 'overloaded',
      cache_hit: true,
      cost_usd: 0.0123,
      user_id: uuid(1),
    }
    expect(await append(store, 'append_ai_metrics', [aiCall(1, { ...fields, actor_id: uuid(801) })])).toEqual([])
    const { data } = await store.client().from('ai_performance_metrics').select().single()
    expect(data).toMatchObject({
      ...fields,
      project_id: 1,
      id: uuid(1),
      actor_id: uuid(801),
      timestamp: NOON,
      ip: null,
    })
  })

  test('takes a call without outcome as a success that was not cached', async () => {
    await append(store, 'append_ai_metrics', [aiCall(1, { success: null })])
    const { data } = await store.client().from('ai_performance_metrics').select('success,cache_hit,tokens').single()
    expect(data).toEqual({ success: true, cache_hit: false, tokens: null })
  })

  test('counts a batch once however often it is sent, and the first of copies inside it', async () => {
    const batch = [aiCall(2, { tokens: 1 }), aiCall(1), aiCall(2, { tokens: 2 })]
    expect(await append(store, 'append_ai_metrics', [])).toEqual([])
    expect(await append(store, 'append_ai_metrics', batch)).toEqual([2])
    expect(await append(store, 'append_ai_metrics', [aiCall(3), ...batch])).toEqual([1, 2, 3])
    expect(await countRows(store, 'ai_performance_metrics', 'tokens = 2')).toBe(0)
    expect(await countRows(store, 'ai_performance_metrics')).toBe(3)
  })

  test('counts 20 identical batches at once as one', async () => {
    const batch = Array.from({ length: 50 }, (_, index) => aiCall(index, { timestamp: NOON - index }))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        append(store, 'append_ai_metrics', turn % 2 ? batch : batch.toReversed()),
      ),
    )
    expect(answers.reduce((sum, duplicates) => sum + batch.length - duplicates.length, 0)).toBe(batch.length)
  })

  test('refuses the whole batch for one bad row', async () => {
    for (const fields of [{ id: null }, { tokens: -1 }, { tokens: 1.5 }, { duration: 'NaN' }, { cost_usd: -1 }]) {
      const batch = [aiCall(1), aiCall(2, fields)]
      await expect(append(store, 'append_ai_metrics', batch), JSON.stringify(fields)).rejects.toMatchObject({
        code: expect.stringMatching(/^2[23]/),
      })
    }
    expect(await countRows(store, 'ai_performance_metrics')).toBe(0)
  })

  test('refuses a project that does not exist, and keeps projects apart', async () => {
    await expect(append(store, 'append_ai_metrics', [], 4_711)).rejects.toMatchObject({ message: 'unknown_project' })
    const other = await createProject(store, 'isolation')
    await append(store, 'append_ai_metrics', [aiCall(1)])
    expect(await append(store, 'append_ai_metrics', [aiCall(1)], other)).toEqual([])
    expect(await countRows(store, 'ai_performance_metrics', 'project_id = 1')).toBe(1)
  })
})
