import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { NO_VISITOR, readVisitorKeys, toDay, toVisitorKey } from '../../../lib/collect/visitor-key'
import type { ProjectId } from '../../../lib/core/ids'
import { NOW_MS } from './request'

const traits = {
  projectId: 1 as ProjectId,
  address: '203.0.113.9',
  userAgent: 'Mozilla/5.0',
  siteHost: 'shop.example',
}
const DAY_MS = 86_400_000

describe('a visitor key', () => {
  test('is the first 64 bits of HMAC-SHA256 under the salt, as a signed decimal', () => {
    const digest = createHmac('sha256', 'salt').update('1|203.0.113.9|Mozilla/5.0|shop.example').digest()
    expect(toVisitorKey('salt', traits)).toBe(digest.readBigInt64BE().toString())
    for (let i = 0; i < 100; i += 1) {
      const key = BigInt(toVisitorKey(`salt${i}`, traits))
      expect(BigInt.asIntN(64, key)).toBe(key)
    }
  })

  test('differs with each thing it is made from', () => {
    const others = [{ projectId: 2 as ProjectId }, { address: '203.0.113.8' }, { userAgent: 'x' }, { siteHost: '' }]
    const keys = [traits, ...others.map((other) => ({ ...traits, ...other }))].map((each) => toVisitorKey('salt', each))
    expect(new Set([...keys, toVisitorKey('other', traits)]).size).toBe(6)
  })
})

describe('the visitor keys of a batch', () => {
  const today = toDay(NOW_MS)
  const read = (salts: Record<number, string | null>) =>
    readVisitorKeys(traits, NOW_MS, async (day) => salts[day] ?? null)

  test('are those of the day on which something happened, as long as its salt lives', async () => {
    const keys = await read({ [today]: 'a', [today - 1]: 'b', [today - 2]: 'c' })
    expect(keys.of(NOW_MS)).toBe(toVisitorKey('a', traits))
    expect(keys.of(NOW_MS + 1)).toBe(keys.of(NOW_MS))
    expect(keys.of(today * DAY_MS)).toBe(toVisitorKey('a', traits))
    expect(keys.of(today * DAY_MS - 1)).toBe(toVisitorKey('b', traits))
    expect(keys.of((today - 1) * DAY_MS - 1)).toBeNull()
  })

  test('of a clock that is ahead are today’s', async () => {
    const keys = await read({ [today]: 'a', [today + 1]: 'd' })
    expect(keys.of((today + 1) * DAY_MS)).toBe(toVisitorKey('a', traits))
  })

  test('are nobody’s without a salt', async () => {
    const keys = await read({ [today - 1]: 'b' })
    expect(keys.of(NOW_MS)).toBeNull()
    expect(keys.of(NOW_MS - DAY_MS)).toBe(toVisitorKey('b', traits))
    expect(NO_VISITOR.of(NOW_MS)).toBeNull()
  })
})
