import { describe, expect, test } from 'vitest'
import { liveReport } from '@/lib/contracts/live'
import { readLive } from '@/lib/insights/live'
import { prepareVisits, RANGE } from './visits'

const MINUTE = 60_000

describe('readLive', () => {
  const project = prepareVisits()

  test('answers the contract, as of the instant given', async () => {
    const live = await readLive(project, { project: 'default' }, RANGE.from + 5 * MINUTE)
    expect(liveReport.parse(live)).toEqual(live)
    expect(live).toMatchObject({ online: 1, people: 1, pages: [{ route: '/', count: 2 }, { route: '/pricing' }] })
  })

  test('goes on from the cursor of the answer before', async () => {
    const first = await readLive(project, { project: 'default' }, RANGE.from + 5 * MINUTE)
    const next = await readLive(project, { project: 'default', after: first.cursor }, RANGE.from + 5 * MINUTE)
    expect(next.cursor).toBe(first.cursor)
  })
})
