import { expect, test } from 'vitest'
import { toReportTables } from '../../../lib/core/report-tables'

const read = (report: unknown) => Object.fromEntries(toReportTables(report))

test('lists become tables by where they stand, single figures one row', () => {
  expect(
    read({
      totals: { events: 3, people: null },
      series: [{ start: 'a', n: 1 }],
      metrics: { lcp: { p75: 5, series: [{ n: 2 }] } },
    }),
  ).toEqual({
    summary: [{ 'totals.events': 3, 'totals.people': null, 'metrics.lcp.p75': 5 }],
    series: [{ start: 'a', n: 1 }],
    'metrics.lcp.series': [{ n: 2 }],
  })
})

test('a list inside a row has rows that say whose they are; figures in a row are columns', () => {
  expect(read({ funnels: [{ name: 'f', meta: { kind: 'k' }, steps: [{ step: 's', counts: [1, 2] }] }] })).toEqual({
    funnels: [{ name: 'f', 'meta.kind': 'k' }],
    'funnels.steps': [{ name: 'f', 'meta.kind': 'k', step: 's', 'counts.0': 1, 'counts.1': 2 }],
  })
})

test('a list alone is the table `rows`, and nothing has no tables', () => {
  expect(read([{ a: 1 }])).toEqual({ rows: [{ a: 1 }] })
  expect(read([1, 2])).toEqual({ summary: [{ 'rows.0': 1, 'rows.1': 2 }] })
  for (const nothing of [null, {}, [], 5, { series: [] }]) expect(read(nothing)).toEqual({})
})
