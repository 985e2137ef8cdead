import { expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readEventNames } from '@/lib/database/event-names'
import { nextProject } from '../../sql/reports/rows'
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
