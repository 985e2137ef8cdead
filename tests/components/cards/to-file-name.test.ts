import { expect, it } from 'vitest'
import { isReport, toFileName } from '@/components/cards/to-file-name'

it('names a file after its report', () => {
  expect(toFileName({ path: '/api/analytics/funnels' }, 'csv')).toBe('funnels.csv')
  expect(toFileName({ path: '/api/analytics/performance/causes' }, 'ndjson')).toBe('performance-causes.ndjson')
})

it('tells reports, which have files, from everything else', () => {
  expect(isReport({ path: '/api/analytics/retention' })).toBe(true)
  expect(isReport({ path: '/api/ingest/health' })).toBe(false)
})
