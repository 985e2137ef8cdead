import { expect, test } from 'vitest'
import type { ProjectId } from '../../../lib/core/ids'
import { readRevenue } from '../../../lib/database/revenue-reports'
import { callReport, insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const DAY = Date.UTC(2026, 2, 10)
const HOUR = 3_600_000

describeStores('revenue', (store) => {
  const read = (projectId: number, filters = {}, by: 'event' | 'country' = 'event') =>
    readRevenue(
      { projectId: projectId as ProjectId, fromMs: DAY, toMs: DAY + 2 * HOUR, filters, includeBots: false },
      { bucket: 'hour', timezone: 'UTC' },
      by,
    )

  test('is the JSON number in `revenue`, summed up exactly for each currency, refunds subtracted', async () => {
    const projectId = nextProject()
    const at = (timestamp: number, who: string, properties: object | null, rest = {}) => ({
      project_id: projectId,
      timestamp,
      who,
      event: 'paid',
      properties,
      ...rest,
    })
    await insert(store, 'user_events', [
      at(DAY, 'ann', { revenue: 0.1, currency: 'EUR' }),
      at(DAY + HOUR, 'ann', { revenue: 0.2, currency: 'eur' }, { event: 'renewed', country: 'DE' }),
      at(DAY + HOUR, 'bob', { revenue: -0.05, currency: 'EUR' }),
      at(DAY + HOUR, 'bob', { revenue: 7 }),
      at(DAY, 'cay', { revenue: 9, currency: '€' }),
      // none of these is revenue
      at(DAY, 'dan', { revenue: '5', currency: 'EUR' }),
      at(DAY, 'dan', { revenue: null }),
      at(DAY, 'dan', { currency: 'EUR' }),
      at(DAY, 'dan', null),
      // outside, or not counted
      at(DAY + 2 * HOUR, 'eve', { revenue: 1_000, currency: 'EUR' }),
      at(DAY, 'bot', { revenue: 1_000, currency: 'EUR' }, { bot_reasons: '{user_agent}' }),
      at(DAY, 'far', { revenue: 1_000, currency: 'EUR' }, { project_id: nextProject() }),
      at(DAY - 1, 'ann', { revenue: 3, currency: 'EUR' }),
      at(DAY - 2 * HOUR - 1, 'ann', { revenue: 1_000, currency: 'EUR' }),
    ])
    const answer = await read(projectId)
    expect(answer.starts).toEqual([DAY, DAY + HOUR])
    expect(answer.totals).toEqual([
      { currency: 'EUR', is_previous: false, revenue: 0.25, count: 3, paying_people: 2 },
      { currency: 'XXX', is_previous: false, revenue: 16, count: 2, paying_people: 2 },
      { currency: 'EUR', is_previous: true, revenue: 3, count: 1, paying_people: 1 },
    ])
    expect(answer.points.filter(({ currency }) => currency === 'EUR')).toEqual([
      { currency: 'EUR', position: 1, revenue: 0.1, count: 1, paying_people: 1 },
      { currency: 'EUR', position: 2, revenue: 0.15, count: 2, paying_people: 2 },
    ])
    expect(answer.top.filter(({ currency }) => currency === 'EUR')).toEqual([
      { currency: 'EUR', value: 'renewed', revenue: 0.2, count: 1, paying_people: 1 },
      { currency: 'EUR', value: 'paid', revenue: 0.05, count: 2, paying_people: 2 },
    ])
    expect((await read(projectId, { country: 'DE' })).totals).toMatchObject([{ revenue: 0.2 }])
    expect((await read(projectId, {}, 'country')).top.map(({ value }) => value)).toEqual(['DE', null, null])
  })

  test('of nothing is nothing, in every bucket', async () => {
    expect(await read(nextProject())).toEqual({ starts: [DAY, DAY + HOUR], totals: [], points: [], top: [] })
  })

  test('of rows sent under Global Privacy Control counts, and of no person', async () => {
    const projectId = nextProject()
    await insert(store, 'user_events', [
      { project_id: projectId, timestamp: DAY, event: 'a', gpc: true, properties: { revenue: 1 } },
    ])
    expect((await read(projectId)).totals).toEqual([
      { currency: 'XXX', is_previous: false, revenue: 1, count: 1, paying_people: 0 },
    ])
  })

  test('is not broken down by what is no dimension', async () => {
    const range = { p_project_id: 1, p_from: DAY, p_to: DAY + HOUR, p_bucket: 'hour', p_timezone: 'UTC' }
    await expect(callReport(store, 'get_revenue', { ...range, p_by: 'ip' })).rejects.toThrow(/22023/)
  })
})
