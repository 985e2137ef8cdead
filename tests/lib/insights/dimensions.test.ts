import { describe, expect, test } from 'vitest'
import { audienceQuery, audienceReport } from '@/lib/contracts/audience'
import { sourcesQuery, sourcesReport } from '@/lib/contracts/sources'
import { readAudience, readSources } from '@/lib/insights/dimensions'
import { LATER, prepareVisits, RANGE } from './visits'

const HOUR = 3_600_000

describe('sources and audience', () => {
  const project = prepareVisits()

  test('answer the contract, each value with the period before', async () => {
    const query = sourcesQuery.parse({ from: RANGE.from + HOUR, to: RANGE.from + 2 * HOUR, dimension: 'utm_source' })
    const report = await readSources(project, query, LATER)
    expect(sourcesReport.parse(report)).toEqual(report)
    expect(report.rows.map(({ value, people, previous }) => [value, people, previous.people])).toEqual([
      [null, 1, 1],
      ['newsletter', 1, 0],
    ])
  })

  test('say countries, channels and machines', async () => {
    const audience = await readAudience(project, audienceQuery.parse(RANGE), LATER)
    expect(audienceReport.parse(audience)).toEqual(audience)
    expect(audience.rows[0]).toMatchObject({ value: 'DE', people: 1, events: 5 })
    expect((await readSources(project, sourcesQuery.parse(RANGE), LATER)).rows[0]?.value).toBe('Organic Search')
  })

  test('of an empty range have no rows', async () => {
    expect((await readAudience(project, audienceQuery.parse({ from: 0, to: 1 }), LATER)).rows).toEqual([])
  })
})
