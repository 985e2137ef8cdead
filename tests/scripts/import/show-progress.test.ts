import { expect, test } from 'vitest'
import { createProgress, toCounts } from '../../../scripts/import/show-progress'

const progress = { records: 1_200, accepted: 1_000, duplicates: 150, skipped: 49, rejected: 1 }

test('counts are said in words, and none is left out', () => {
  expect(toCounts(progress)).toBe('1,200 records, 1,000 stored, 150 already there, 49 no events, 1 rejected')
  expect(toCounts({ records: 1, accepted: 0, duplicates: 0, skipped: 0, rejected: 0 })).toBe('1 record')
})

test('a terminal redraws one line, a file gets one for each tenth', () => {
  const write = (isTTY: boolean) => {
    let text = ''
    const show = createProgress({ isTTY, write: (piece: string) => (text += piece) })
    for (const ratio of [0.01, 0.02, 0.5, 0.55, 1.4]) show(progress, ratio)
    show(progress, 1, true)
    return text
  }
  expect(
    write(false)
      .split('\n')
      .map((line) => line.slice(0, 5)),
  ).toEqual(['  1 %', ' 50 %', '100 %', '100 %', ''])
  expect(write(true).split('\r')).toHaveLength(7)
  expect(write(true)).toContain('[############------------]')
})
