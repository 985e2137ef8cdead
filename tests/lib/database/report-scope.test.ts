import { describe, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { toOnlyRow, toRangeArgs, toScopeArgs, toSeriesArgs } from '@/lib/database/report-scope'

const scope = { projectId: 7 as ProjectId, fromMs: 1, toMs: 9, filters: { route: '/a' }, includeBots: true }

describe('the arguments of report functions', () => {
  test('always name the project and the range', () => {
    expect(toRangeArgs(scope)).toEqual({ p_project_id: 7, p_from: 1, p_to: 9 })
  })

  test('carry filters and bots where there are any', () => {
    expect(toScopeArgs(scope)).toEqual({
      p_project_id: 7,
      p_from: 1,
      p_to: 9,
      p_filters: { route: '/a' },
      p_include_bots: true,
    })
  })

  test('name bucket and time zone of a series', () => {
    expect(toSeriesArgs({ bucket: 'day', timezone: 'UTC' })).toEqual({ p_bucket: 'day', p_timezone: 'UTC' })
  })
})

describe('toOnlyRow', () => {
  test('gives the row', () => expect(toOnlyRow([3])).toBe(3))
  test('throws when there is none', () => expect(() => toOnlyRow([])).toThrow('gave none'))
})
