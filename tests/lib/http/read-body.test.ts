import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readBytes, readJson } from '../../../lib/http/read-body'

const send = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', { method: 'POST', body, headers })
const gzip = { 'content-encoding': 'gzip' }
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  )

describe('a body', () => {
  test('is read as JSON, plain or gzip, under any content type', async () => {
    expect(await readJson(send('{"a":"ä"}', { 'content-type': 'text/plain' }), 100)).toEqual({ a: 'ä' })
    expect(await readJson(send(gzipSync('{"a":[1]}'), gzip), 100)).toEqual({ a: [1] })
    expect(await readJson(send(gzipSync('5'), { 'content-encoding': ' GZIP ' }), 100)).toBe(5)
  })

  test('is refused when it says that it is too large, when it is, and when it inflates to it', async () => {
    expect(await codeOf(readBytes(send('123456', { 'content-length': '6' }), 5))).toBe('payload_too_large')
    expect(await codeOf(readBytes(send('12345'), 5))).toBe('ok')
    const stream = new Blob(['x'.repeat(100_000)]).stream()
    const streamed = new Request('http://localhost/', { method: 'POST', body: stream, duplex: 'half' } as RequestInit)
    expect(await codeOf(readBytes(streamed, 1_000))).toBe('payload_too_large')
    expect(await codeOf(readBytes(send(gzipSync(Buffer.alloc(30_000_000)), gzip), 512 * 1024))).toBe(
      'payload_too_large',
    )
  })

  test('is refused with what is wrong with it', async () => {
    const whole = gzipSync('{"a":1}'.repeat(1_000))
    expect(await codeOf(readJson(send(whole.subarray(0, whole.length - 12), gzip), 1e6))).toBe('invalid_encoding')
    expect(await codeOf(readJson(send('plain', gzip), 1e6))).toBe('invalid_encoding')
    expect(await codeOf(readJson(send('', gzip), 1e6))).toBe('invalid_encoding')
    expect(await codeOf(readJson(send(new Uint8Array([0x22, 0xff, 0x22])), 1e6))).toBe('invalid_encoding')
    expect(await codeOf(readJson(send('{"a":'), 1e6))).toBe('invalid_json')
    expect(await codeOf(readJson(send(null), 1e6))).toBe('invalid_json')
    expect(await codeOf(readJson(send('[]', { 'content-encoding': 'br' }), 1e6))).toBe('unsupported_media_type')
  })

  test('may nest as deep as it fits without taking the process down', async () => {
    const deep = '['.repeat(200_000)
    expect(['ok', 'invalid_json']).toContain(await codeOf(readJson(send(deep + ']'.repeat(200_000)), 512 * 1024)))
  })
})
