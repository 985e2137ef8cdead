import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readBytes } from '../../../lib/import/read-bytes'
import { toBytes } from './bytes'

const read = async (bytes: Uint8Array | string, sizeBytesMax?: number) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of readBytes(toBytes(bytes), sizeBytesMax)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('plain bytes pass through, and a file of nothing is nothing', async () => {
  expect(await read('one\ntwo')).toBe('one\ntwo')
  expect(await read('')).toBe('')
  expect(await read('x')).toBe('x')
})

test('gzip is inflated whatever the file is called, all its members', async () => {
  const text = 'line\n'.repeat(10_000)
  expect(await read(Buffer.concat([gzipSync(text), gzipSync('last')]))).toBe(`${text}last`)
})

test('gzip that ends early, or is damaged, is an error of the file', async () => {
  const whole = gzipSync('line\n'.repeat(10_000))
  await expect(read(whole.subarray(0, -20))).rejects.toMatchObject({ code: 'invalid_encoding' })
  whole[30] = (whole[30] as number) ^ 0xff
  await expect(read(whole)).rejects.toMatchObject({ code: 'invalid_encoding' })
})

test('more than the most, once inflated, is refused', async () => {
  await expect(read(gzipSync('a'.repeat(1_000)), 999)).rejects.toMatchObject({ code: 'payload_too_large' })
  expect(await read(gzipSync('a'.repeat(1_000)), 1_000)).toHaveLength(1_000)
})
