import { describe, expect, it } from 'vitest'
import { toDatePresets } from '@/components/filters/date-presets'

const spansOf = (today: string) =>
  Object.fromEntries(toDatePresets(today).map(({ name, firstDay, lastDay }) => [name, `${firstDay}/${lastDay}`]))

describe('the spans of the calendar', () => {
  it('are those of the day they are asked for', () => {
    expect(spansOf('2026-05-06')).toEqual({
      Today: '2026-05-06/2026-05-06',
      Yesterday: '2026-05-05/2026-05-05',
      'This week': '2026-05-04/2026-05-06',
      'Last week': '2026-04-27/2026-05-03',
      'This month': '2026-05-01/2026-05-06',
      'Last month': '2026-04-01/2026-04-30',
    })
  })

  it('end a week on Sunday and find the month before January', () => {
    expect(spansOf('2026-01-04')).toMatchObject({
      'This week': '2025-12-29/2026-01-04',
      'Last month': '2025-12-01/2025-12-31',
    })
  })
})
