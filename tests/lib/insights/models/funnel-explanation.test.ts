import { describe, expect, test } from 'vitest'
import { type ExplainedFunnel, explainFunnel, type Path, type Row } from '@/lib/insights/models/funnel-explanation'

const FUNNEL: ExplainedFunnel = {
  order: 'ordered',
  windowMs: 100,
  steps: [{ event: 'a' }, { event: 'b', where: { plan: 'pro' } }, { event: 'c' }],
  exclusions: [{ fromStep: 1, toStep: 2 }],
}
const EXCLUDED = 8
const path = (...times: number[]): Path => ({
  unit: 'u',
  reached: times.length,
  isExcluded: false,
  start: times[0] as number,
  times: [0, 1, 2].map((index) => times[index] ?? null),
})
const row = (event: string, timestamp: number, mask: number, more: Partial<Row> = {}): Row => ({
  unit: 'u',
  event,
  timestamp,
  mask,
  named: mask,
  values: {},
  ...more,
})
const reasonsOf = (paths: Path[], rows: Row[], funnel = FUNNEL) => explainFunnel(funnel, paths, rows).reasons

describe('explainFunnel', () => {
  test('somebody who did everything is told so, and when', () => {
    expect(explainFunnel(FUNNEL, [path(0, 10, 20)], [])).toMatchObject({
      missingStep: null,
      reasons: [{ code: 'converted', at: 20 }],
    })
  })

  test('somebody without an attempt never entered, or failed a condition of the first step', () => {
    expect(explainFunnel(FUNNEL, [], [])).toEqual({ path: null, missingStep: 1, reasons: [{ code: 'never_entered' }] })
    const funnel = { ...FUNNEL, steps: [{ event: 'a', where: { plan: 'pro' } }] }
    expect(reasonsOf([], [row('a', 5, 0, { named: 1, values: { plan: 'free' } })], funnel)).toEqual([
      { code: 'condition_failed', at: 5, key: 'plan', expected: 'pro', actual: 'free' },
    ])
  })

  test('a step done after the window says by how much', () => {
    expect(reasonsOf([path(0)], [row('a', 0, 1), row('b', 130, 2)])).toEqual([
      { code: 'too_late', at: 130, windowEndedAt: 100, lateMs: 30 },
    ])
  })

  test('a condition that failed in time comes before a step that came too late', () => {
    const rows = [row('b', 50, 0, { named: 2, values: { plan: 'free' } }), row('b', 130, 2)]
    expect(reasonsOf([path(0)], rows).map(({ code }) => code)).toEqual(['condition_failed', 'too_late'])
  })

  test('of many that failed alike the latest three are told', () => {
    const rows = [10, 20, 30, 40].map((at) => row('b', at, 0, { named: 2 }))
    expect(reasonsOf([path(0)], rows)).toMatchObject([{ at: 20 }, { at: 30 }, { at: 40 }])
  })

  test('a step done before the one it should follow was too early', () => {
    expect(reasonsOf([path(10, 20)], [row('c', 5, 4)])).toEqual([{ code: 'too_early', at: 5 }])
  })

  test('without any trace of the step it never happened', () => {
    expect(reasonsOf([path(0)], [row('a', 0, 1)])).toEqual([{ code: 'never_did', windowEndedAt: 100 }])
  })

  test('who was excluded is told the event that did it, inside the attempt only', () => {
    const rows = [row('x', 0, EXCLUDED), row('x', 7, EXCLUDED), row('x', 15, EXCLUDED)]
    expect(reasonsOf([{ ...path(0, 10), isExcluded: true }], rows)).toEqual([
      { code: 'excluded', at: 7, event: 'x', exclusion: 1 },
    ])
    expect(reasonsOf([{ ...path(0), isExcluded: true }], rows.slice(2))).toMatchObject([{ at: 15 }])
  })

  test('in a strict funnel the next event that is another step’s interrupted it', () => {
    const strict = { ...FUNNEL, order: 'strict' as const }
    expect(reasonsOf([path(0)], [row('a', 0, 1), row('x', 3, 0), row('b', 5, 2)], strict)).toEqual([
      { code: 'interrupted', at: 3, event: 'x' },
    ])
  })

  test('with sessions the furthest counts, and the step may be in another', () => {
    const paths = [path(0), { ...path(50, 60), unit: 'v' }]
    const answer = explainFunnel(FUNNEL, paths, [row('c', 40, 4)])
    expect(answer.path?.unit).toBe('v')
    expect(answer.reasons).toEqual([{ code: 'another_session', at: 40 }])
  })

  test('of equally far attempts a clean one counts, then the earlier', () => {
    const tainted = { ...path(0), isExcluded: true, unit: 't' }
    expect(explainFunnel(FUNNEL, [tainted, path(9), path(5)], []).path?.start).toBe(5)
  })

  test('in any order the first step without a row in the window is the missing one', () => {
    const unordered = { ...FUNNEL, order: 'unordered' as const, exclusions: [] }
    const rows = [row('c', 0, 4), row('b', 20, 2), row('a', 120, 1)]
    expect(explainFunnel(unordered, [path(0, 20)], rows)).toMatchObject({
      missingStep: 1,
      reasons: [{ code: 'too_late', at: 120 }],
    })
  })
})
