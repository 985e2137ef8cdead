import { describe, expect, test } from 'vitest'
import { reportQuery } from '@/lib/contracts/report-query'
import { AppError } from '@/lib/core/errors'
import { toStoreError } from '@/lib/database/client'
import { refuseUnusable, toIso, toQueryRange, toReportQuestion, toStoreFilters } from '@/lib/insights/report-range'
import { createProject } from './project'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 4, 1)
const project = createProject(3, { timezone: 'Europe/Berlin' })

describe('toQueryRange', () => {
  test('takes from and to, else the named range up to now, else 24 hours', () => {
    expect(toQueryRange({ from: 5, to: 9 }, NOW)).toEqual({ fromMs: 5, toMs: 9 })
    expect(toQueryRange({ range: '7d' }, NOW)).toEqual({ fromMs: NOW + 1 - 7 * DAY, toMs: NOW + 1 })
    expect(toQueryRange({}, NOW)).toEqual({ fromMs: NOW + 1 - DAY, toMs: NOW + 1 })
  })
  test.each([
    [-62_135_596_800_001, 0, 'from'],
    [0, 253_402_300_800_001, 'to'],
  ])('refuses %i to %i, beyond the years the store keeps', (from, to, path) => {
    expect(() => toQueryRange({ from, to }, NOW)).toThrow(
      expect.objectContaining({ code: 'invalid_request', issues: [expect.objectContaining({ path })] }),
    )
  })
})

describe('toStoreFilters', () => {
  test('names what is given, and nothing for no filter', () => {
    expect(toStoreFilters(undefined, NOW)).toEqual({})
    expect(toStoreFilters({ country: 'DE', utm_source: 'x', route: undefined, event: 'a' }, NOW)).toEqual({
      country: 'DE',
      utm_source: 'x',
      event: 'a',
    })
  })
  test('asks for a segment by its id, with the instant at which it is asked', () => {
    expect(toStoreFilters({ segment: 'some-id' }, NOW)).toEqual({ segment: 'some-id', now: NOW })
  })
})

describe('toReportQuestion', () => {
  test('asks for the range, the one before, and buckets in the zone of the project', () => {
    const question = toReportQuestion(project, reportQuery.parse({ range: '7d', route: '/a', device: 'mobile' }), NOW)
    expect(question.scope).toEqual({
      projectId: 3,
      fromMs: NOW + 1 - 7 * DAY,
      toMs: NOW + 1,
      filters: { route: '/a', device: 'mobile' },
      includeBots: false,
    })
    expect(question.previous).toEqual({ ...question.scope, fromMs: NOW + 1 - 14 * DAY, toMs: NOW + 1 - 7 * DAY })
    expect(question.series).toEqual({ bucket: 'day', timezone: 'Europe/Berlin' })
  })
  test('obeys the zone and the bots of the query', () => {
    const question = toReportQuestion(project, reportQuery.parse({ timezone: '+05:30', bots: 'true' }), NOW)
    expect(question.series).toEqual({ bucket: 'hour', timezone: '<+05:30>-05:30' })
    expect(question.scope.includeBots).toBe(true)
  })
  test('refuses more days than an answer can hold', () => {
    const query = reportQuery.parse({ from: 0, to: 54_801 * DAY })
    expect(() => toReportQuestion(project, query, NOW)).toThrow('too long')
    expect(toReportQuestion(project, reportQuery.parse({ from: 0, to: 54_800 * DAY }), NOW).series.bucket).toBe('day')
  })
})

describe('refuseUnusable', () => {
  const refusal = (code: string) => refuseUnusable(Promise.reject(toStoreError({ code, message: 'no' }, 400)))

  test('calls a value that the store cannot use a bad request', async () => {
    await expect(refusal('22P05')).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(refusal('22023')).rejects.toMatchObject({ code: 'invalid_request' })
  })
  test('says that a segment is gone', async () => {
    await expect(refusal('22S01')).rejects.toMatchObject({ code: 'invalid_request', issues: [{ path: 'segment' }] })
  })
  test('lets every other fault through', async () => {
    await expect(refusal('57014')).rejects.toMatchObject({ code: 'deadline_exceeded' })
    await expect(refusal('42883')).rejects.toMatchObject({ code: 'internal' })
    const fault = new AppError('internal', 'x')
    await expect(refuseUnusable(Promise.reject(fault))).rejects.toBe(fault)
  })
  test('gives the result of work that succeeds', async () => {
    expect(await refuseUnusable(Promise.resolve(4))).toBe(4)
  })
})

test('toIso writes milliseconds and Z', () => expect(toIso(0)).toBe('1970-01-01T00:00:00.000Z'))
