import { describe, expect, test } from 'vitest'
import type { ProjectId } from '../../../../lib/core/ids'
import { hasRedis } from '../../../support/redis'
import { useRedis } from '../../../support/redis-bridge'
import { describeStores } from '../../../support/store'
import { prepareInstall } from '../install'

describe.skipIf(!hasRedis)('erasing while rows wait outside the store', () => {
  const redis = useRedis()

  describeStores('with a spill', (store) => {
    const install = prepareInstall(store)

    test('brings them in first: the person’s go, links that they make included, and all others stay', async () => {
      const { toActorId } = await import('../../../../lib/collect/actor-id')
      const { readProjectBySlug } = await import('../../../../lib/database/projects')
      const { createSpill } = await import('../../../../lib/spill/spill-rows')
      const project = await readProjectBySlug('default')
      const hash = (id: string) => toActorId(project?.hashKey ?? '', id)
      const row = (id: string) => ({
        id: crypto.randomUUID(),
        type: 'event',
        event: 'clicked',
        actorId: hash(id),
        timestamp: Date.now(),
      })
      const link = { ...row('ann'), type: 'identify', userId: hash('ann'), linkedActorId: hash('laptop') }
      const spilled = await createSpill()('events', 1 as ProjectId, [row('laptop'), link, row('ann'), row('bob')])
      expect(spilled).toEqual({ ok: true })

      const headers = { cookie: install.cookies.admin }
      const health = await install.call('GET', '/api/ingest/health', { headers })
      expect((await health.json()).data.heldBack).toMatchObject({ spilled: 4 })
      const erased = await install.call('POST', '/api/people/erase', { headers, body: { userId: 'ann' } })
      expect((await erased.json()).data.receipt).toMatchObject({
        actorCount: 2,
        rows: { user_events: 2, identifications: 1, user_profiles: 1, actor_person: 2 },
      })
      expect(await redis.server.call('XLEN', 'growth:spill')).toBe(0)
      expect(await store.sql('select actor_id::text as actor from public.user_events')).toEqual([
        { actor: hash('bob') },
      ])
    })
  })
})
