import { expect, test } from 'vitest'
import { performanceQuery } from '@/lib/contracts/performance-report'
import { toPerformanceQuestion } from '@/lib/insights/performance-scope'
import { createProject } from './project'

const NOW = Date.UTC(2026, 4, 1, 16)

test('asks for hard navigations unless told, and for the same of the range before', () => {
  const question = toPerformanceQuestion(createProject(7), performanceQuery.parse({ route: '/a' }), NOW)
  expect(question.scope).toMatchObject({ projectId: 7, isSoft: false, filters: { route: '/a' }, toMs: NOW + 1 })
  expect(question.previous).toMatchObject({ isSoft: false, filters: { route: '/a' }, toMs: question.scope.fromMs })
})

test('takes the filters that only navigations know', () => {
  const query = performanceQuery.parse({ navigations: 'soft', connection: '4g', release: '3f2c', range: '7d' })
  const { scope, series } = toPerformanceQuestion(createProject(1, { timezone: 'Europe/Berlin' }), query, NOW)
  expect(scope).toMatchObject({ isSoft: true, filters: { connection: '4g', release: '3f2c' } })
  expect(series.timezone).toBe('Europe/Berlin')
})
