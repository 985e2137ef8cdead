import { describe, expect, it } from 'vitest'
import { type InitialReports, toInitialReport } from '@/components/data/initial-reports'
import { toReportPath } from '@/components/data/report-query'
import type { AiPerformanceReport } from '@/lib/contracts/ai-performance-report'
import type { DatabasePerformanceReport } from '@/lib/contracts/database-performance-report'
import type { EventsReport } from '@/lib/contracts/events-report'

const totals = { queries: 1, slow: 0, slowRatio: 0, cachedRatio: 0 }
const database: DatabasePerformanceReport = {
  totals,
  previous: totals,
  latency: { p50: 1, p95: 1, p99: 1 },
  series: [],
  slowest: [],
}
const query = { project: 'default', range: '7d', timezone: 'Europe/Berlin', route: '/recipes/[id]' } as const
const initial: InitialReports = { query, answeredAtMs: 5, database }

describe('a report the server already read', () => {
  it('stands for the very query it answers', () => {
    expect(toInitialReport(initial, 'database', { ...query, route: undefined })).toEqual({
      report: database,
      path: '/_g/database-performance?project=default&range=7d&timezone=Europe%2FBerlin',
      range: '7d',
      answeredAtMs: 5,
    })
  })

  it('never stands for another range, zone, project or route, nor for figures with bots or filters', () => {
    const asked = { ...query, route: undefined }
    expect(toInitialReport(initial, 'database', { ...asked, range: '24h' })).toBeUndefined()
    expect(toInitialReport(initial, 'database', { ...asked, timezone: 'UTC' })).toBeUndefined()
    expect(toInitialReport(initial, 'database', { ...asked, project: 'other' })).toBeUndefined()
    expect(toInitialReport(initial, 'database', query)).toBeUndefined()
    const withPages: InitialReports = { ...initial, events: { totals: {} } as EventsReport }
    expect(toInitialReport(withPages, 'events', query)).toBeDefined()
    expect(toInitialReport(withPages, 'events', { ...query, bots: 'true' })).toBeUndefined()
    expect(toInitialReport(withPages, 'events', { ...query, country: 'DE' })).toBeUndefined()
  })

  it('knows that of all filters calls to models are narrowed by a segment alone', () => {
    const asked = { ...query, segment: 'pro', country: 'DE' } as const
    const ai = { totals: {} } as AiPerformanceReport
    const read: InitialReports = { ...initial, query: asked, ai }
    const { route: _, country: __, ...narrowed } = asked
    expect(toInitialReport(read, 'ai', narrowed)?.path).toContain('segment=pro')
    const { segment: ___, ...whole } = narrowed
    expect(toInitialReport(read, 'ai', whole)).toBeUndefined()
    expect(toInitialReport(read, 'database', whole)).toBeDefined()
  })

  it('is absent when the server could not read it, or nothing is asked yet', () => {
    expect(toInitialReport(initial, 'events', query)).toBeUndefined()
    expect(toInitialReport(initial, 'database', null)).toBeUndefined()
    expect(toInitialReport(undefined, 'database', query)).toBeUndefined()
  })
})

describe('the address of a report', () => {
  it('escapes what a route may hold and leaves out what is not asked', () => {
    expect(toReportPath('events', { ...query, route: '/a?b&c=[d]' })).toBe(
      '/_g/events?project=default&range=7d&timezone=Europe%2FBerlin&route=%2Fa%3Fb%26c%3D%5Bd%5D',
    )
    expect(toReportPath('events', { project: 'p', range: '24h' })).toBe('/_g/events?project=p&range=24h')
  })
})
