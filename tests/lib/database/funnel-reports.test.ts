import { expect, test } from 'vitest'
import type { EventStep } from '@/lib/contracts/step'
import type { ProjectId } from '@/lib/core/ids'
import { readFunnelGroups, type StoreFunnel } from '@/lib/database/funnel-reports'
import { insert, nextProject } from '../../sql/reports/rows'
import { describeStores } from '../../support/store'

const START = Date.UTC(2026, 4, 1)

const toFunnel = (...steps: EventStep[]): StoreFunnel => ({
  order: 'ordered',
  unit: 'person',
  windowMs: 1000,
  steps,
  exclusions: [],
  breakdown: null,
  conversions: null,
  revenue: false,
})
const toScope = (projectId: ProjectId, fromMs: number, toMs: number) => ({
  projectId,
  fromMs,
  toMs,
  filters: {},
  includeBots: false,
})

describeStores('readFunnelGroups', (store) => {
  test('gives people per step and times, and no group where nobody is', async () => {
    const projectId = nextProject() as ProjectId
    await insert(store, 'user_events', [
      { project_id: projectId, who: 'a', event: 'signup', timestamp: START },
      { project_id: projectId, who: 'a', event: 'pay', timestamp: START + 500 },
      { project_id: projectId, who: 'b', event: 'signup', timestamp: START },
    ])
    const times = { medianMs: 500, averageMs: 500, histogram: { 1: 1 } }
    const funnel = toFunnel({ event: 'signup' }, { event: 'pay' })
    expect(await readFunnelGroups(toScope(projectId, START, START + 1000), funnel)).toEqual({
      groups: [{ value: null, people: [2, 1], excluded: 0, times: { 0: times, 2: times } }],
      leftOut: 0,
      revenue: null,
    })
    expect((await readFunnelGroups(toScope(projectId, 0, 1), funnel)).groups).toEqual([])
  })

  const projectId = nextProject() as ProjectId
  /** Which of the people below match a condition. */
  async function match(where: EventStep['where']): Promise<string[]> {
    const people = ['pro', 'free', 'number', 'text', 'null', 'none', 'flag', 'list']
    const found: string[] = []
    for (const [index, who] of people.entries()) {
      const scope = toScope(projectId, START + index, START + index + 1)
      const { groups } = await readFunnelGroups(scope, toFunnel({ event: 'e', ...(where && { where }) }))
      if (groups[0]?.people[0] === 1) found.push(who)
    }
    return found
  }
  test('conditions are strict in type, and each does what it says', async () => {
    const row = (index: number, who: string, properties: object | null, more: object = {}) => ({
      project_id: projectId,
      who,
      event: 'e',
      timestamp: START + index,
      properties,
      ...more,
    })
    await insert(store, 'user_events', [
      row(0, 'pro', { v: 'pro' }, { route: '/a', utm_source: 'news' }),
      row(1, 'free', { v: 'free' }, { route: '/b', browser: '5' }),
      row(2, 'number', { v: 5 }),
      row(3, 'text', { v: '5' }),
      row(4, 'null', { v: null }),
      row(5, 'none', null),
      row(6, 'flag', { v: true, $route: '/a' }),
      row(7, 'list', { v: ['pro'] }),
    ])
    const all = ['pro', 'free', 'number', 'text', 'null', 'none', 'flag', 'list']
    const without = (...left: string[]) => all.filter((who) => !left.includes(who))
    const cases: [EventStep['where'], string[]][] = [
      [undefined, all],
      [{ v: 'pro' }, ['pro']],
      [{ v: 5 }, ['number']],
      [{ v: 5.0 }, ['number']],
      [{ v: '5' }, ['text']],
      [{ v: true }, ['flag']],
      [{ v: null }, ['null']],
      [{ v: { not: 'pro' } }, without('pro')],
      [{ v: { not: null } }, without('null')],
      [{ v: { gt: 4 } }, ['number']],
      [{ v: { gt: 5 } }, []],
      [{ v: { gte: 5 } }, ['number']],
      [{ v: { lt: 5 } }, []],
      [{ v: { lte: 5 } }, ['number']],
      [{ v: { in: ['pro', 5, null] } }, ['pro', 'number', 'null']],
      [{ v: { contains: 'r' } }, ['pro', 'free']],
      [{ v: { contains: 'R' } }, []],
      [{ v: { contains: '%' } }, []],
      [{ v: { exists: true } }, without('none')],
      [{ v: { exists: false } }, ['none']],
      [{ v: 'pro', $route: '/a' }, ['pro']],
      [{ v: 'pro', $route: '/b' }, []],
      [{ $route: '/a' }, ['pro']],
      [{ $route: null }, without('pro', 'free')],
      [{ $route: { not: '/a' } }, without('pro')],
      [{ $route: { not: null } }, ['pro', 'free']],
      [{ $route: { in: ['/a', '/b', 7] } }, ['pro', 'free']],
      [{ $route: { in: ['/a', null] } }, without('free')],
      [{ $route: { contains: '/' } }, ['pro', 'free']],
      [{ $route: { exists: true } }, ['pro', 'free']],
      [{ $route: { exists: false } }, without('pro', 'free')],
      [{ $browser: 5 }, []],
      [{ $browser: '5' }, ['free']],
      [{ $browser: { gt: 1 } }, []],
      [{ $utm_source: 'news' }, ['pro']],
      [{ $unknown: { exists: true } }, []],
    ]
    for (const [where, expected] of cases) expect(await match(where), JSON.stringify(where)).toEqual(expected)
  })
})
