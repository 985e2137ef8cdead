import { describe, expect, test } from 'vitest'
import { readHost, toSameOrigin } from '../../../lib/http/same-origin'

describe('whose page sent it', () => {
  test.each([
    [{}, 'unsaid'],
    [{ origin: 'https://growth.example' }, 'same'],
    [{ origin: 'http://GROWTH.example' }, 'same'],
    [{ origin: 'https://growth.example:8443' }, 'other'],
    [{ origin: 'https://evil.example' }, 'other'],
    [{ origin: 'null' }, 'other'],
    [{ 'sec-fetch-site': 'same-origin' }, 'same'],
    [{ 'sec-fetch-site': 'same-site' }, 'other'],
    [{ 'sec-fetch-site': 'cross-site' }, 'other'],
    [{ 'sec-fetch-site': 'none' }, 'other'],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, 'other'],
    [{ origin: 'https://growth.example', 'sec-fetch-site': 'cross-site' }, 'other'],
  ] as const)('%o is %s', (headers, expected) => {
    expect(toSameOrigin(new Headers(headers), 'growth.example')).toBe(expected)
  })

  test('a forwarded host counts from a trusted proxy only', () => {
    const headers = {
      host: 'inside:3000',
      'x-forwarded-host': 'Growth.example, inside',
      'x-growth-peer-address': '10.0.0.1',
    }
    expect(readHost(new Headers(headers), [])).toBe('inside:3000')
    expect(readHost(new Headers(headers), ['10.0.0.1'])).toBe('growth.example')
  })
})
