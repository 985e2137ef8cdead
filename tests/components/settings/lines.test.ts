import { describe, expect, it } from 'vitest'
import { parseLines, toLineFault } from '@/components/settings/lines'

describe('a list, one entry per line', () => {
  it('drops blanks and doubles and keeps its order', () => {
    expect(parseLines(' https://b.example \n\nhttps://a.example\r\nhttps://b.example')).toEqual([
      'https://b.example',
      'https://a.example',
    ])
    expect(parseLines(' \n ')).toEqual([])
  })

  it('with a fault names the entry, not its number', () => {
    const issues = [{ path: 'allowedOrigins.1', message: 'expected an origin' }]
    const origins = ['https://a.example', 'a.example/path']
    expect(toLineFault(issues, 'allowedOrigins', origins)).toBe('“a.example/path”: expected an origin')
    expect(toLineFault([{ path: 'allowedOrigins', message: 'too many' }], 'allowedOrigins', [])).toBe('too many')
    expect(toLineFault([{ path: 'name', message: 'too short' }], 'allowedOrigins', [])).toBeUndefined()
  })

  it('nested in a part of the body is found there and nowhere else', () => {
    const issues = [{ path: 'settings.deniedProperties.0', message: 'too long' }]
    expect(toLineFault(issues, 'settings.deniedProperties', ['x'])).toBe('“x”: too long')
    expect(toLineFault(issues, 'settings.denied', ['x'])).toBeUndefined()
  })
})
