import { describe, expect, it } from 'vitest'
import { parseOriginLines, toOriginFault } from '@/components/settings/origin-lines'

describe('origins, one per line', () => {
  it('drop blanks and doubles and keep their order', () => {
    expect(parseOriginLines(' https://b.example \n\nhttps://a.example\r\nhttps://b.example')).toEqual([
      'https://b.example',
      'https://a.example',
    ])
    expect(parseOriginLines(' \n ')).toEqual([])
  })

  it('with a fault name the origin, not its number', () => {
    const issues = [{ path: 'allowedOrigins.1', message: 'expected an origin' }]
    expect(toOriginFault(issues, ['https://a.example', 'a.example/path'])).toBe('“a.example/path”: expected an origin')
    expect(toOriginFault([{ path: 'allowedOrigins', message: 'too many' }], [])).toBe('too many')
    expect(toOriginFault([{ path: 'name', message: 'too short' }], [])).toBeUndefined()
  })
})
