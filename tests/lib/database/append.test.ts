import { expect, test } from 'vitest'
import { appendRows } from '../../../lib/database/append'
import { describeStores } from '../../support/store'
import { PROJECT, toIdentity } from './ingest'

const columns = { id: 'id', actorId: 'actor_id', timestamp: 'timestamp', type: 'type', event: 'event' }

describeStores('appending', (store) => {
  const append = (name: string, rows: object[]) => appendRows(name, columns, PROJECT, rows as never[])
  const row = (extra: object = {}) => ({ ...toIdentity(), type: 'event', event: 'a', ...extra })

  const refused = { ok: false, reason: 'refused' }

  test('refuses a batch for what it holds, whole', async () => {
    expect(await append('append_events', [row(), row({ event: 'nul\0' })])).toMatchObject(refused)
    expect(await append('append_events', [row({ timestamp: 9e15 })])).toEqual({ ...refused, code: '23514' })
    expect(await store.sql('select event from public.user_events')).toEqual([])
  })

  test('calls everything else an outage, so that the sender keeps its rows', async () => {
    await expect(append('no_such_function', [row()])).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})
