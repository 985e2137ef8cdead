import { createHash } from 'node:crypto'
import { Redis } from '@upstash/redis'
import { describe, expect, test } from 'vitest'
import { hasRedis, startRedis } from '../../support/redis'
import { BRIDGE_TOKEN, useRedis, waitForRedis } from '../../support/redis-bridge'

describe.skipIf(!hasRedis)('the bridge, asked by the real client of Upstash', () => {
  const redis = useRedis()
  const client = (options: { token?: string; responseEncoding?: false; automaticDeserialization?: boolean } = {}) =>
    new Redis({ url: redis.url, token: BRIDGE_TOKEN, retry: { retries: 0 }, enableTelemetry: false, ...options })

  test.each([{}, { responseEncoding: false as const }])('keeps every text as it is, with %j', async (options) => {
    const texts = ['', 'OK', 'ü 🦊 \u0000 \n "quoted"', '{"a":[1,null]}', '007', 'x'.repeat(100_000)]
    const raw = client({ ...options, automaticDeserialization: false })
    for (const [index, text] of texts.entries()) {
      expect(await raw.set(`text:${index}`, text)).toBe('OK')
      expect(await raw.get(`text:${index}`)).toBe(text)
    }
    expect(await raw.mget(...texts.map((_, index) => `text:${index}`), 'absent')).toEqual([...texts, null])
  })

  test('speaks all kinds of replies: numbers, nothing, lists in lists, simple texts', async () => {
    expect(await client().ping()).toBe('PONG')
    expect(await client().incrby('number', 41)).toBe(41)
    expect(await client().get('absent')).toBeNull()
    await client().hset('hash', { a: 1, b: { c: [2] } })
    expect(await client().hgetall('hash')).toEqual({ a: 1, b: { c: [2] } })
    expect(await client().type('hash')).toBe('hash')
    const id = await client().xadd('stream', '*', { batch: { rows: [1] } })
    expect(await client().xrange('stream', '-', '+')).toEqual({ [id]: { batch: { rows: [1] } } })
    expect(await client().eval('return {1, {"two", false}}', [], [])).toEqual([1, ['two', null]])
  })

  test('keeps the outcomes of a pipeline apart', async () => {
    const outcomes = await client()
      .pipeline()
      .set('a', 1)
      .lpush('a', 'no list')
      .get('a')
      .exec<[string, number, number]>({ keepErrors: true })
    expect(outcomes.map(({ result }) => result)).toEqual(['OK', undefined, 1])
    expect(outcomes[1]?.error).toContain('WRONGTYPE')
  })

  test('does all of a transaction or none of it', async () => {
    expect(await client().multi().set('t', 1).incr('t').exec()).toEqual(['OK', 2])
    const broken = await fetch(`${redis.url}/multi-exec`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BRIDGE_TOKEN}` },
      body: '[["SET","t","5"],["NOSUCHCOMMAND"]]',
    })
    expect([broken.status, await broken.json()]).toEqual([400, { error: expect.stringContaining('NOSUCHCOMMAND') }])
    expect(await client().get('t')).toBe(2)
  })

  test('runs transactions of many callers without mixing them', async () => {
    const pairs = await Promise.all(
      Array.from({ length: 200 }, () => client().multi().incr('one').incr('other').exec<[number, number]>()),
    )
    expect(pairs.every(([one, other]) => one === other)).toBe(true)
    expect(await client().get('one')).toBe(200)
  })

  test('runs scripts with Upstash’s own first line, by text and by digest, and says NOSCRIPT of unknown ones', async () => {
    const script = '#!lua flags=allow-key-locking\nreturn {KEYS[1], ARGV[1]}'
    const digest = createHash('sha1').update(script).digest('hex')
    await expect(client().evalsha(digest, ['k'], ['v'])).rejects.toThrow('NOSCRIPT')
    expect(await client().eval(script, ['k'], ['v'])).toEqual(['k', 'v'])
    expect(await client().evalsha(digest, ['k'], ['v'])).toEqual(['k', 'v'])
    expect(await client().createScript(script).exec(['k'], ['w'])).toEqual(['k', 'w'])
  })

  test('answers a command in the path', async () => {
    const headers = { authorization: `Bearer ${BRIDGE_TOKEN}` }
    const set = await fetch(`${redis.url}/set/path/${encodeURIComponent('ä/ö')}`, { headers })
    expect(await set.json()).toEqual({ result: 'OK' })
    expect(await client().get('path')).toBe('ä/ö')
    const posted = await fetch(`${redis.url}/set/path`, { method: 'POST', headers, body: 'the body' })
    expect(await posted.json()).toEqual({ result: 'OK' })
    expect(await client().get('path')).toBe('the body')
  })

  test('tells nobody anything without the token', async () => {
    await expect(client({ token: 'another' }).get('a')).rejects.toThrow('Unauthorized')
    expect((await fetch(redis.url, { method: 'POST', body: '["GET","a"]' })).status).toBe(401)
  })

  test.each([
    ['/', 'not json'],
    ['/', '[]'],
    ['/', '{"GET":"a"}'],
    ['/', '[["GET"]]'],
    ['/', '[null]'],
    ['/pipeline', '[]'],
    ['/pipeline', '["GET"]'],
    ['/', '["SUBSCRIBE","a"]'],
    ['/', '["blpop","a","0"]'],
    ['/', '["XREAD","BLOCK","0","STREAMS","a","$"]'],
    ['/pipeline', '[["SELECT","1"]]'],
    ['/multi-exec', '[["EXEC"]]'],
    ['/%', ''],
  ])('refuses what is no command, or would hold the connection: %s %s', async (path, body) => {
    const response = await fetch(redis.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${BRIDGE_TOKEN}` },
      body,
    })
    expect([response.status, Object.keys((await response.json()) as object)]).toEqual([400, ['error']])
  })

  test('refuses a body that is too large, and goes on', async () => {
    await expect(client().set('large', 'x'.repeat(9 * 1024 * 1024))).rejects.toThrow()
    expect(await client().ping()).toBe('PONG')
  })

  test('says at once that Redis is away, and comes back with it', async () => {
    await client().set('kept', 1)
    await redis.server.kill()
    await expect(client().get('kept')).rejects.toThrow('does not answer')
    const pending = await Promise.allSettled(Array.from({ length: 500 }, () => client().get('kept')))
    expect(pending.every(({ status }) => status === 'rejected')).toBe(true)
    redis.server = await startRedis({ dir: redis.server.dir, port: redis.server.port })
    await waitForRedis(redis.url)
    expect(await client().get('kept')).toBe(1)
  })
})
