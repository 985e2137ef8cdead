import { beforeAll, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readPathRows } from '@/lib/database/path-reports'
import { nextProject } from '../../sql/reports/rows'
import { insertVisits, NOON } from '../../sql/reports/visits'
import { describeStores } from '../../support/store'

describeStores('path reports', (store) => {
  const project = nextProject() as ProjectId
  const scope = { projectId: project, fromMs: NOON, toMs: NOON + 7_200_000, filters: {}, includeBots: false }
  beforeAll(() => insertVisits(store, project))

  test('follow sessions from an anchor on, a repeated step once, to their end', async () => {
    const rows = await readPathRows(scope, {
      anchor: { event: '$pageview', where: { $route: '/' } },
      direction: 'after',
      depth: 3,
      branches: 1,
      by: 'event',
    })
    const once = { people: 1, sessions: 1 }
    expect(rows.total).toEqual({ people: 2, sessions: 3 })
    expect(rows.anchored).toEqual({ people: 2, sessions: 2 })
    expect(rows.nodes).toContainEqual({ depth: 1, kind: 'value', value: 'signed_up', ...once })
    expect(rows.links).toContainEqual({
      depth: 2,
      sourceKind: 'value',
      source: 'signed_up',
      targetKind: 'exit',
      target: null,
      ...once,
    })
    expect(rows.links).toHaveLength(3)
  })

  test('look back from the end of the session, too, at the sessions a filter keeps', async () => {
    const question = { anchor: null, direction: 'before', depth: 2, branches: 5, by: 'page' } as const
    const rows = await readPathRows({ ...scope, filters: { device: 'mobile' } }, question)
    expect(rows.total).toEqual({ people: 1, sessions: 1 })
    const values = rows.nodes.toSorted((a, b) => a.depth - b.depth).map(({ value }) => value)
    expect(values).toEqual([null, '/pricing', '/'])
  })
})
