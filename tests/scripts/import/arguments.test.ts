import { expect, test } from 'vitest'
import { parseArguments } from '../../../scripts/import/arguments'

test('a command names a format, a file, and how it is read', () => {
  const argv = [
    'csv',
    'a.csv',
    '--map',
    'timestamp=date',
    '--map',
    'event==a=b',
    '--delimiter',
    'tab',
    '--project',
    'shop',
    '--restart',
  ]
  expect(parseArguments(argv, '/home/ann')).toEqual({
    file: '/home/ann/a.csv',
    options: { format: 'csv', mapping: { timestamp: 'date', event: '=a=b' }, delimiter: 'tab' },
    project: 'shop',
    url: null,
    rejectedFile: '/home/ann/a.csv.rejected.ndjson',
    restarts: true,
  })
})

test.each([
  [[]],
  [['csv']],
  [['xml', 'a']],
  [['csv', 'a', 'b']],
  [['csv', 'a', '--map', 'date']],
  [['csv', 'a', '--map', 'nothing=a']],
  [['csv', 'a', '--speed', '9']],
])('%j is refused with a word on what is right', (argv) => {
  expect(() => parseArguments(argv, '/')).toThrow(/Usage|expected|--speed/)
})
