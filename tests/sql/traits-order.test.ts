import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { describeStores } from '../support/store'
import { append, event, NOON, uuid } from './store-rows'

const ADA = { user_id: uuid(1), actor_id: uuid(801) }

describeStores('traits of a user', (store) => {
  beforeEach(() => store.sql('truncate public.identifications, public.user_profiles, public.actor_person'))
  const identify = (second: number, traits: object) =>
    event(second, { ...ADA, type: 'identify', event: undefined, traits, timestamp: NOON + second * 1_000 })
  const readTraits = async () =>
    (await store.sql<{ traits: unknown }>('select traits from public.user_profiles'))[0]?.traits

  test('are the latest in time, though an earlier call arrives after it', async () => {
    await append(store, 'append_events', [identify(20, { plan: 'pro' })])
    await append(store, 'append_events', [identify(10, { plan: 'free', seats: 1 })])
    expect(await readTraits()).toEqual({ plan: 'pro', seats: 1 })
    await append(store, 'append_events', [identify(30, { plan: 'team' })])
    expect(await readTraits()).toEqual({ plan: 'team', seats: 1 })
  })

  test('are the later call’s at the same instant', async () => {
    await append(store, 'append_events', [identify(1, { plan: 'free' })])
    await append(store, 'append_events', [{ ...identify(2, { plan: 'pro' }), timestamp: NOON + 1_000 }])
    expect(await readTraits()).toEqual({ plan: 'pro' })
  })

  test('end as the latest call left them, however calls that set the same are ordered and batched', async () => {
    const order = fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 })
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 5 }), async (seconds, size) => {
        await store.sql('truncate public.identifications, public.user_profiles, public.actor_person')
        const calls = seconds.map((second) => identify(second, { plan: `plan-${second}` }))
        for (let from = 0; from < calls.length; from += size) {
          await append(store, 'append_events', calls.slice(from, from + size))
        }
        expect(await readTraits()).toEqual({ plan: 'plan-5' })
      }),
      { numRuns: 15 },
    )
  })
})
