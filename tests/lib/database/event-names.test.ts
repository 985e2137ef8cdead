import { expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readEventNames, readEventProperties } from '@/lib/database/event-names'
import { insert, nextProject } from '../../sql/reports/rows'
import { createChance, createHistory, rollUp, storeHistories } from '../../support/reference/history'
import { describeStores } from '../../support/store'

describeStores('readEventNames', (store) => {
  test('adds counted rows and differences not yet folded; bots and names that are gone are left out', async () => {
    const project = nextProject()
    await store.sql(
      "insert into public.projects (id, slug, name) overriding system value values ($1::integer, ($1::integer)::text, 'x')",
      [project],
    )
    await store.sql(
      `insert into public.event_counts (project_id, hour, kind, name, step, bot, row_count) values
         ($1, 0, 'event', 'pay', '', false, 2), ($1, 0, 'event', 'pay', '', true, 9),
         ($1, 0, 'event', 'gone', '', false, 1), ($1, 0, 'event', '100%_sure', '', false, 1),
         ($1, 0, 'conversion', 'Pay', 'x', false, 1)`,
      [project],
    )
    await store.sql(
      `insert into public.event_count_deltas (project_id, hour, kind, name, step, bot, row_count) values
         ($1, 0, 'event', 'pay', '', false, 3), ($1, 0, 'event', 'gone', '', false, -1)`,
      [project],
    )
    const read = (search: string) => readEventNames(project as ProjectId, { search, limit: 10 })
    expect(await read('')).toEqual([
      { event: 'pay', row_count: 5 },
      { event: '100%_sure', row_count: 1 },
    ])
    expect(await read('%_S')).toEqual([{ event: '100%_sure', row_count: 1 }])
    expect(await read('gone')).toEqual([])
  })
})

describeStores('readEventProperties', (store) => {
  test('says the same of what is rolled up, of what is not, and of what changed since', async () => {
    const from = Date.UTC(2026, 2, 2)
    const chance = createChance(5)
    for (let round = 0; round < 6; round += 1) {
      const project = nextProject()
      const history = createHistory(chance, project, from, 3 * 86_400_000)
      await storeHistories(store, [history])
      const read = (event: string) => readEventProperties(project as ProjectId, event, from)
      const readAll = async () => [await read('a'), await read('c'), await read('nobody'), await read('*')]
      const expected = await readAll()
      const counted = history.hits.filter(({ timestamp, isBot }) => timestamp >= from && !isBot)
      expect(expected.map(({ sampleCount }) => sampleCount)).toEqual(
        ['a', 'c', 'nobody', '*'].map((name) => counted.filter(({ event }) => name === '*' || event === name).length),
      )
      await rollUp(store, [history])
      expect(await readAll()).toEqual(expected)
      const late = { timestamp: from + 1, event: 'c', properties: { late: true } }
      await insert(store, 'user_events', [{ project_id: project, ...late }])
      await store.sql('insert into public.slice_marks (project_id, from_ms, to_ms) values ($1, $2, $3)', [
        project,
        from,
        from + 3_600_000,
      ])
      expect((await read('c')).items).toContainEqual({ key: 'late', values: [true] })
      expect((await read('c')).sampleCount).toBe((expected[1]?.sampleCount ?? 0) + 1)
    }
  })
})
