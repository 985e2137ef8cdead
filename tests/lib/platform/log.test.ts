import { afterEach, expect, test, vi } from 'vitest'
import { toLogText, writeLog } from '../../../lib/platform/log'

afterEach(() => vi.restoreAllMocks())

test('writes one JSON line, errors to standard error', () => {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  writeLog('info', { event: 'started', requestId: 'r', note: 'two\nlines' })
  writeLog('error', { event: 'failed' })
  const line = String(out.mock.calls[0]?.[0])
  expect(line).not.toContain('\n')
  expect(JSON.parse(line)).toMatchObject({ level: 'info', event: 'started', requestId: 'r', note: 'two\nlines' })
  expect(JSON.parse(String(err.mock.calls[0]?.[0]))).toMatchObject({ level: 'error', event: 'failed' })
})

test('names an error and its causes, three deep, without their fields', () => {
  const root = Object.assign(new Error('23505: duplicate key'), { details: 'Key (email)=(a@b.c) exists' })
  const error = new Error('top', { cause: new TypeError('middle', { cause: new Error('low', { cause: root }) }) })
  expect(toLogText(error)).toBe('Error: top < TypeError: middle < Error: low')
  expect(toLogText(root)).not.toContain('a@b.c')
  expect(toLogText('text')).toBe('text')
})
