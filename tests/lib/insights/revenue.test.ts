import { expect, test } from 'vitest'
import { type RevenueReport, revenueQuery, revenueReport } from '../../../lib/contracts/revenue'
import { readRevenueReport } from '../../../lib/insights/revenue'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'
import { createProject } from './project'
import { createRandom } from './reference/random'

const HOUR = 3_600_000
const FROM = Date.UTC(2026, 2, 10)
const SETS = 60

type Row = { timestamp: number; who: string; event: string; revenue: unknown; currency: unknown; isBot: boolean }

/** The same report by hand, row by row, in cents. */
function sumUp(rows: readonly Row[], fromMs: number, toMs: number, currency: string) {
  const paid = rows.filter(
    (row) =>
      !row.isBot &&
      row.timestamp >= fromMs &&
      row.timestamp < toMs &&
      typeof row.revenue === 'number' &&
      (typeof row.currency === 'string' && /^[a-z]{3}$/i.test(row.currency) ? row.currency.toUpperCase() : 'XXX') ===
        currency,
  )
  const cents = paid.reduce((sum, row) => sum + Math.round((row.revenue as number) * 100), 0)
  return { revenue: cents / 100, count: paid.length, payingPeople: new Set(paid.map(({ who }) => who)).size }
}

describeStores('the revenue report', (store) => {
  const read = async (projectId: number, query: object): Promise<RevenueReport> =>
    revenueReport.parse(await readRevenueReport(createProject(projectId), revenueQuery.parse(query), FROM))

  test(`equals a sum by hand on ${SETS} random sets of events`, async () => {
    const random = createRandom(11)
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value
    for (let set = 0; set < SETS; set += 1) {
      const projectId = nextProject()
      const rows: Row[] = Array.from({ length: Math.floor(random() * 40) }, () => ({
        timestamp: FROM + Math.floor(random() * 8 - 4) * HOUR,
        who: pick(['ann', 'bob', 'cay']),
        event: pick(['a', 'b']),
        revenue: pick([0.1, 0.2, -0.3, 12.34, 0, '5', null, undefined]),
        currency: pick(['EUR', 'eur', 'USD', 'x', 5, undefined]),
        isBot: random() < 0.1,
      }))
      await insert(
        store,
        'user_events',
        rows.map(({ revenue, currency, isBot, ...row }) => ({
          ...row,
          project_id: projectId,
          properties: { revenue, currency },
          bot_reasons: isBot ? '{user_agent}' : null,
        })),
      )
      const report = await read(projectId, { from: FROM, to: FROM + 4 * HOUR })
      const expected = ['EUR', 'USD', 'XXX'].filter(
        (currency) => sumUp(rows, FROM - 4 * HOUR, FROM + 4 * HOUR, currency).count > 0,
      )
      expect(report.currencies.map(({ currency }) => currency).sort()).toEqual(expected)
      for (const { currency, totals, previous, series, top } of report.currencies) {
        expect(totals).toMatchObject(sumUp(rows, FROM, FROM + 4 * HOUR, currency))
        expect(previous).toMatchObject(sumUp(rows, FROM - 4 * HOUR, FROM, currency))
        for (const [index, point] of series.entries()) {
          const startMs = FROM + index * HOUR
          expect(point).toEqual({
            start: new Date(startMs).toISOString(),
            ...sumUp(rows, startMs, startMs + HOUR, currency),
          })
        }
        for (const { value, ...sums } of top) {
          const own = rows.filter(({ event }) => event === value)
          expect(sums).toEqual(sumUp(own, FROM, FROM + 4 * HOUR, currency))
        }
      }
    }
  }, 60_000)

  test('divides by everybody who came, also when it speaks of one event', async () => {
    const projectId = nextProject()
    const at = (who: string, event: string, properties = {}) => ({
      project_id: projectId,
      timestamp: FROM,
      who,
      event,
      properties,
    })
    await insert(store, 'user_events', [
      at('ann', 'paid', { revenue: 10 }),
      at('bob', 'seen'),
      at('cay', 'seen'),
      at('dan', 'seen'),
    ])
    const report = await read(projectId, { from: FROM, to: FROM + HOUR, event: 'paid' })
    expect(report).toMatchObject({ people: 4, previousPeople: 0, by: 'event' })
    expect(report.currencies[0]?.totals).toMatchObject({ averagePerPerson: 2.5, averagePerPayingPerson: 10 })
  })
})
