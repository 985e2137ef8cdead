import { expect, test } from 'vitest'
import { readBotGroups, restoreBots } from '../../../lib/database/bots'
import { appendEvents } from '../../../lib/database/events'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

describeStores('bots', (store) => {
  const span = { fromMs: Date.now() - 60_000, toMs: Date.now() + 600_000 }

  test('shows a group and restores all of it, however many calls that takes', async () => {
    const count = 10_100
    const marked = (name: string) => ({
      type: 'event' as const,
      event: name,
      browser: 'Chrome',
      botReasons: ['headless'],
      ...toIdentity(),
    })
    for (let sent = 0; sent < count; sent += 2_525) {
      await appendEvents(
        PROJECT,
        Array.from({ length: 2_525 }, () => marked('restored')),
      )
    }
    const [group, ...others] = await readBotGroups(PROJECT, span)
    expect(others).toEqual([])
    expect(group).toMatchObject({ reasons: ['headless'], browser: 'Chrome', os: null, rows: count })
    expect(group?.firstMs).toBeLessThanOrEqual(group?.lastMs ?? 0)
    expect(await restoreBots(PROJECT, { ...span, reasons: ['headless'], browser: 'Chrome' })).toBe(count)
    expect(await readBotGroups(PROJECT, span)).toEqual([])
    const counts = await store.sql(
      'select bot, sum(row_count)::int as rows from public.get_event_counts(1, 0, 4000000000000) group by bot',
    )
    expect(counts).toEqual([{ bot: false, rows: count }])
  })

  test('restores nothing where nothing is', async () => {
    expect(await restoreBots(PROJECT, { ...span, reasons: ['user_agent'], browser: null })).toBe(0)
  })
})
