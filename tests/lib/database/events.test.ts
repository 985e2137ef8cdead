import { expect, test } from 'vitest'
import { appendEvents } from '../../../lib/database/events'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

describeStores('events', (store) => {
  test('are stored column by column, and once', async () => {
    const row = {
      ...toIdentity(),
      type: 'event' as const,
      event: 'a',
      route: '/r',
      utmSource: 'mail',
      properties: { a: 1 },
      botReasons: ['user_agent'],
    }
    expect(await appendEvents(PROJECT, [row, row])).toEqual({ ok: true, duplicates: [1] })
    expect(await appendEvents(PROJECT, [row])).toEqual({ ok: true, duplicates: [0] })
    const stored = await store.sql('select event, route, utm_source, properties, bot_reasons from public.user_events')
    expect(stored).toEqual([
      { event: 'a', route: '/r', utm_source: 'mail', properties: { a: 1 }, bot_reasons: ['user_agent'] },
    ])
  })
})
