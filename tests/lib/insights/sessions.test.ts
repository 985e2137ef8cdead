import { describe, expect, test } from 'vitest'
import { reportQuery } from '@/lib/contracts/report-query'
import { sessionListQuery, sessionPage, sessionsReport } from '@/lib/contracts/sessions'
import { readSessionList, readSessions } from '@/lib/insights/sessions'
import { LATER, prepareVisits, RANGE } from './visits'

describe('sessions', () => {
  const project = prepareVisits()

  test('are summed up as the contract says', async () => {
    const report = await readSessions(project, reportQuery.parse(RANGE), LATER)
    expect(sessionsReport.parse(report)).toEqual(report)
    expect(report).toMatchObject({ sessions: 3, bounceRatio: 0.666667 })
  })

  test('of an empty range have no bounce ratio', async () => {
    const empty = reportQuery.parse({ from: 0, to: 1 })
    expect(await readSessions(project, empty, LATER)).toMatchObject({ sessions: 0, bounceRatio: null })
  })

  test('are listed page by page with the cursor that each page gives', async () => {
    const first = await readSessionList(project, sessionListQuery.parse({ ...RANGE, limit: 2 }), LATER)
    expect(sessionPage.parse(first)).toEqual(first)
    const after = sessionListQuery.parse({ ...RANGE, limit: 2, after: first.next })
    const second = await readSessionList(project, after, LATER)
    expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null])
  })
})
