import { expect, test } from 'vitest'
import type { ProjectId } from '../../../lib/core/ids'
import { type EventPageRow, readEventPages } from '../../../lib/database/event-pages'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const AT = Date.UTC(2026, 2, 31, 23, 59)

describeStores('pages of events', (store) => {
  const read = async (projectId: number, rowsPerPage: number, rest: object = {}) => {
    const scope = {
      projectId: projectId as ProjectId,
      fromMs: AT,
      toMs: AT + 200_000,
      filters: {},
      includeBots: false,
      ...rest,
    }
    const pages: (readonly EventPageRow[])[] = []
    for await (const page of readEventPages(scope, { rowsPerPage })) pages.push(page)
    return pages
  }

  test('hold every event once and in order, whatever their size, across months and ties', async () => {
    const projectId = nextProject()
    const rows = Array.from({ length: 23 }, (_, index) => ({
      project_id: projectId,
      timestamp: AT + Math.floor(index / 4) * 20_000,
      who: `p${index % 3}`,
      event: `e${index}`,
    }))
    const others = [
      { project_id: projectId, timestamp: AT - 1, event: 'before' },
      { project_id: projectId, timestamp: AT + 200_000, event: 'after' },
      { project_id: projectId, timestamp: AT, event: 'bot', bot_reasons: '{user_agent}' },
      { project_id: nextProject(), timestamp: AT, event: 'other' },
    ]
    await insert(store, 'user_events', [...rows, ...others])
    const [whole = []] = await read(projectId, 1_000)
    expect(new Set(whole.map(({ event }) => event))).toEqual(new Set(rows.map(({ event }) => event)))
    for (const rowsPerPage of [1, 4, 23]) expect((await read(projectId, rowsPerPage)).flat()).toEqual(whole)
    expect((await read(projectId, 4, { filters: { event: 'e7' } })).flat()).toHaveLength(1)
    expect((await read(projectId, 50, { includeBots: true })).flat()).toHaveLength(24)
    expect(await read(nextProject(), 5)).toEqual([])
  })
})
