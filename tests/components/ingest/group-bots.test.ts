import { describe, expect, it } from 'vitest'
import { groupBots } from '@/components/ingest/group-bots'

const group = {
  reasons: ['headless', 'missing_headers'],
  browser: 'Chrome',
  os: 'Linux',
  rows: 3,
  firstMs: 10,
  lastMs: 20,
}

describe('groups of marked rows', () => {
  it('that differ by system alone are one, because they are restored together', () => {
    const other = { ...group, os: 'macOS', rows: 2, firstMs: 5, lastMs: 15 }
    const [merged, ...rest] = groupBots([group, other])
    expect(rest).toEqual([])
    expect(merged).toMatchObject({ rows: 5, firstMs: 5, lastMs: 20, systems: ['Linux', 'macOS'] })
  })

  it('stay apart by browser and by evidence, whatever the order of the reasons', () => {
    const noBrowser = { ...group, browser: null, os: null }
    const turned = { ...group, reasons: ['missing_headers', 'headless'] }
    const fewer = { ...group, reasons: ['headless'], rows: 9 }
    const groups = groupBots([group, noBrowser, turned, fewer])
    expect(groups.map(({ browser, rows }) => [browser, rows])).toEqual([
      ['Chrome', 9],
      ['Chrome', 6],
      [null, 3],
    ])
    expect(groups[2]?.systems).toEqual([])
    expect(new Set(groups.map(({ key }) => key)).size).toBe(3)
  })
})
