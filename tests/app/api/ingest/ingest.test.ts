import { expect, test } from 'vitest'
import { botGroups } from '../../../../lib/contracts/bots'
import { deadLetterPage } from '../../../../lib/contracts/dead-letters'
import { ingestHealth } from '../../../../lib/contracts/ingest-health'
import { countRows } from '../../../sql/store-rows'
import { describeStores } from '../../../support/store'
import { prepareInstall, toEvent } from '../install'

const CRAWLER = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'

describeStores('what admins see of ingestion', (store) => {
  const install = prepareInstall(store)
  const admin = () => ({ cookie: install.cookies.admin })
  const viewer = () => ({ cookie: install.cookies.viewer })

  const send = (events: object[], userAgent?: string) =>
    install.call('POST', '/api/analytics/events', {
      headers: { origin: 'https://allowed.example', ...(userAgent && { 'user-agent': userAgent }) },
      body: { key: install.publishableKey, sentAt: Date.now(), events },
    })
  const get = async (path: string, headers: Record<string, string> = admin()) => {
    const response = await install.call('GET', path, { headers })
    expect([path, response.status]).toEqual([path, 200])
    return (await response.json()).data
  }
  const post = async (path: string, body: unknown) => {
    const response = await install.call('POST', path, { headers: admin(), body })
    expect([path, response.status]).toEqual([path, 200])
    return (await response.json()).data
  }

  test('bots are shown by reason and count as people when an admin says so', async () => {
    await send([toEvent(), toEvent()], CRAWLER)
    const { reasons } = botGroups.parse(await get('/api/ingest/bots?range=24h', viewer()))
    expect(reasons).toMatchObject([{ reasons: ['user_agent'], rows: 2 }])
    const before = await get('/api/analytics/events?range=24h')
    expect(before.totals.events).toBe(0)
    const [group] = reasons
    const range = { from: (group?.firstMs ?? 0) - 1, to: (group?.lastMs ?? 0) + 1 }
    const restored = await post('/api/ingest/bots/restore', {
      ...range,
      reasons: group?.reasons,
      browser: group?.browser,
    })
    expect(restored).toEqual({ restored: 2 })
    expect((await get('/api/analytics/events?range=24h')).totals.events).toBe(2)
    expect(await get('/api/ingest/bots')).toEqual({ reasons: [] })
  })

  test('dead letters are read, tried again and thrown away', async () => {
    const row = (event: string) => ({
      ...toEvent({ event }),
      actor_id: '00000000-0000-4000-8000-000000000001',
      type: 'event',
    })
    const letters = ['stored later', '', ''].map((event) => ({
      lane: 'events',
      reason: 'refused_by_store',
      content: row(event),
    }))
    await store.sql('select public.park_dead_letters(1, $1)', [JSON.stringify(letters)])
    const { items, total } = deadLetterPage.parse(await get('/api/ingest/dead-letters?limit=2'))
    expect([items.length, total]).toEqual([2, 3])
    const rest = deadLetterPage.parse(await get(`/api/ingest/dead-letters?limit=2&before=${items[1]?.id}`))
    expect(rest.items).toHaveLength(1)
    expect(ingestHealth.parse(await get('/api/ingest/health', viewer())).heldBack.deadLetters).toBe(3)

    const before = await countRows(store, 'user_events')
    expect(await post('/api/ingest/dead-letters/retry', { all: true })).toEqual({ stored: 1, refused: 2, left: 2 })
    expect(await countRows(store, 'user_events')).toBe(before + 1)
    const left = deadLetterPage.parse(await get('/api/ingest/dead-letters'))
    const [one, two] = left.items.map(({ id }) => id)
    expect(await post('/api/ingest/dead-letters/retry', { ids: [one] })).toEqual({ stored: 0, refused: 1, left: 2 })
    expect(await post('/api/ingest/dead-letters/discard', { ids: [one] })).toEqual({ discarded: 1, left: 1 })
    expect(await post('/api/ingest/dead-letters/discard', { ids: [one, two] })).toEqual({ discarded: 1, left: 0 })
  })

  test('what is not understood is said to be so', async () => {
    for (const path of ['health?minutes=0', 'health?minutes=x', 'dead-letters?before=x', 'bots?from=5&to=4']) {
      const response = await install.call('GET', `/api/ingest/${path}`, { headers: admin() })
      expect([path, response.status]).toEqual([path, 422])
    }
    const wrong = { reasons: ['a'], browser: null, from: -1e17, to: 5 }
    const response = await install.call('POST', '/api/ingest/bots/restore', { headers: admin(), body: wrong })
    expect(response.status).toBe(422)
  })
})
