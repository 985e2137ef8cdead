import { expect, test } from 'vitest'
import { countRows } from '../../../sql/store-rows'
import { describeStores } from '../../../support/store'
import { JOB_SECRET, prepareInstall, toEvent } from '../install'

const DAY_MS = 86_400_000

describeStores('POST /api/jobs/purge-expired', (store) => {
  const install = prepareInstall(store)
  const run = async () => {
    const headers = { authorization: `Bearer ${JOB_SECRET}` }
    const response = await install.call('POST', '/api/jobs/purge-expired', { headers })
    expect(response.status).toBe(200)
    return (await response.json()).data
  }

  test('lets go what a project says it keeps no longer, and nothing before it says so', async () => {
    const server = { authorization: `Bearer ${install.secretKey}` }
    const events = [10, 40].map((days) => toEvent({ timestamp: Date.now() - days * DAY_MS }))
    await install.call('POST', '/api/analytics/events', { headers: server, body: { events } })
    expect(await run()).toMatchObject({ rows: {}, isDone: true })

    const settings = { retentionDays: { events: 30 } }
    const headers = { cookie: install.cookies.admin }
    const changed = await install.call('PATCH', '/api/projects/default', { headers, body: { settings } })
    expect(changed.status).toBe(200)
    // The other project keeps its rows for good, so that no month is dropped whole.
    expect(await run()).toMatchObject({ partitions: [], rows: { user_events: 1 }, isDone: true })
    expect(await countRows(store, 'user_events')).toBe(1)
  })

  test('ends an erasure that was interrupted', async () => {
    await store.sql(
      "select public.begin_erasure(1, array['00000000-0000-4000-8000-000000000001']::uuid[], 'subject', 'key')",
    )
    expect(await run()).toMatchObject({ erasures: 1 })
    expect(await run()).toMatchObject({ erasures: 0 })
  })
})
