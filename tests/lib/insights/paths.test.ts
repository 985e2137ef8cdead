import { describe, expect, test } from 'vitest'
import { pathsQuery, pathsReport } from '@/lib/contracts/paths'
import { readPaths } from '@/lib/insights/paths'
import { LATER, prepareVisits, RANGE } from './visits'

describe('readPaths', () => {
  const project = prepareVisits()

  test('answers the contract: every session leaves the node it reached', async () => {
    const report = await readPaths(project, pathsQuery.parse({ ...RANGE, depth: 2 }), LATER)
    expect(pathsReport.parse(report)).toEqual(report)
    expect(report.nodes.map(({ id, sessions }) => [id, sessions])).toEqual([
      ['0:anchor', 3],
      ['1:value:/', 2],
      ['1:value:/home', 1],
      ['2:value:/pricing', 1],
      ['2:exit', 2],
    ])
    for (const { id, sessions, depth, kind } of report.nodes) {
      if (depth === 2 || kind === 'exit') continue
      const left = report.links.filter(({ source }) => source === id).reduce((sum, link) => sum + link.sessions, 0)
      expect([id, left]).toEqual([id, sessions])
    }
  })

  test('asks the store for the filter and for bots', async () => {
    const ask = async (more: object) =>
      (await readPaths(project, pathsQuery.parse({ ...RANGE, ...more }), LATER)).total.sessions
    expect(await ask({ filter: { device: 'desktop' } })).toBe(2)
    expect(await ask({ bots: true })).toBe(4)
  })

  test('a value the store cannot hold is refused as the caller’s', async () => {
    const query = pathsQuery.parse({ ...RANGE, anchor: { event: 'a\u0000b' } })
    await expect(readPaths(project, query, LATER)).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
