import { describe, expect, it } from 'vitest'
import { toReportBody, toReportQuery, toSpanRange } from '@/components/filters/to-report-query'
import { reportQuery } from '@/lib/contracts/report-query'

const NOW_MS = Date.parse('2026-11-20T10:30:00Z')
const span = { kind: 'range', range: '7d' } as const
const days = { kind: 'days', firstDay: '2026-10-24', lastDay: '2026-10-25' } as const
const scope = { project: 'shop', timezone: 'Europe/Berlin' }

describe('the question of a state', () => {
  it('is a query that the contract of all reports takes', () => {
    const query = toReportQuery({ span, filter: { country: 'DE', segment: 'x' }, bots: true }, scope)
    expect(reportQuery.parse(query)).toEqual({
      project: 'shop',
      range: '7d',
      timezone: 'Europe/Berlin',
      country: 'DE',
      segment: 'x',
      bots: 'true',
    })
  })

  it('asks for days from midnight to midnight of the zone, whose clocks change between', () => {
    const query = toReportQuery({ span: days, filter: {}, bots: false }, scope)
    expect(query).toEqual({
      project: 'shop',
      timezone: 'Europe/Berlin',
      from: Date.parse('2026-10-23T22:00:00Z'),
      to: Date.parse('2026-10-25T23:00:00Z'),
    })
  })

  it('leaves the zone to the project where none is given', () => {
    expect(toReportQuery({ span, filter: {}, bots: false }, { project: 'shop', timezone: null })).toEqual({
      project: 'shop',
      range: '7d',
    })
  })

  it('counts bots in a body as in a query', () => {
    expect(toReportBody({ span, filter: {}, bots: true }, scope)).toMatchObject({ range: '7d', bots: true })
  })

  it('names no filter in a body when there is none', () => {
    expect(toReportBody({ span, filter: {}, bots: false }, scope)).toEqual({ range: '7d', timezone: 'Europe/Berlin' })
    expect(toReportBody({ span, filter: { os: 'iOS' }, bots: false }, scope)).toMatchObject({ filter: { os: 'iOS' } })
  })
})

describe('the instants of a span', () => {
  it('end at the instant of the answer for a name, and at midnight for days', () => {
    expect(toSpanRange(span, 'UTC', NOW_MS).toMs).toBe(NOW_MS + 1)
    expect(toSpanRange(days, 'UTC', NOW_MS)).toEqual({
      fromMs: Date.parse('2026-10-24T00:00:00Z'),
      toMs: Date.parse('2026-10-26T00:00:00Z'),
    })
  })
})
