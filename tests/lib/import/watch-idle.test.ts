import { expect, test } from 'vitest'
import { watchIdle } from '@/lib/import/watch-idle'
import { toBytes } from './bytes'

const toError = () => new Error('stalled')

async function read(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('gives the same bytes', async () => {
  expect(await read(watchIdle(toBytes('some text', 4), 1_000, toError))).toBe('some text')
})

test('throws when nothing comes, after what came', async () => {
  const source = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from('abc')) })
  const seen: string[] = []
  await expect(async () => {
    for await (const chunk of watchIdle(source, 5, toError)) seen.push(Buffer.from(chunk).toString())
  }).rejects.toThrow('stalled')
  expect(seen).toEqual(['abc'])
})

test('passes on what the source throws, and closes a source whose reader leaves', async () => {
  async function* broken() {
    yield Buffer.from('a')
    throw new Error('broken')
  }
  await expect(read(watchIdle(broken(), 1_000, toError))).rejects.toThrow('broken')
  let isClosed = false
  async function* endless() {
    try {
      while (true) yield Buffer.from('a')
    } finally {
      isClosed = true
    }
  }
  for await (const _ of watchIdle(endless(), 1_000, toError)) break
  await new Promise((resolve) => setImmediate(resolve))
  expect(isClosed).toBe(true)
})
