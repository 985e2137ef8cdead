import { describe, expect, it } from 'vitest'
import { instantMs, reportQuery, timezone } from '@/lib/contracts/report-query'

const pathsOf = (input: unknown): string[] => {
  const parsed = reportQuery.safeParse(input)
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'))
}

describe('reportQuery', () => {
  it('asks for the default project when nothing is said', () => {
    expect(reportQuery.parse({})).toEqual({ project: 'default' })
  })

  it('takes a named range, or a pair of instants in either notation', () => {
    expect(reportQuery.parse({ range: '30d' }).range).toBe('30d')
    const query = reportQuery.parse({ from: '2026-05-01T00:00:00Z', to: '1780272000000' })
    expect([query.from, query.to]).toEqual([Date.UTC(2026, 4, 1), 1_780_272_000_000])
  })

  it.each([
    [{ from: '1' }, ['range']],
    [{ range: '7d', from: '1', to: '2' }, ['range']],
    [{ from: '2', to: '2' }, ['to']],
    [{ range: '5d' }, ['range']],
    [{ from: 'yesterday', to: '2' }, ['from']],
    [{ timezone: 'Mars/Olympus' }, ['timezone']],
  ])('names what is wrong with %j', (input, paths) => {
    expect(pathsOf(input)).toEqual(paths)
  })
})

describe('timezone', () => {
  it('knows the IANA names', () => {
    expect(timezone.safeParse('Europe/Berlin').success).toBe(true)
    expect(timezone.safeParse('').success).toBe(false)
  })
})

describe('instantMs', () => {
  it('tells the caller which form it expects', () => {
    expect(instantMs.safeParse('2026-05-01').error?.issues[0]?.message).toContain('2026-05-01T00:00:00Z')
  })
})
