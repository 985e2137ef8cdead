import { beforeEach, expect, test } from 'vitest'
import { describeStores, type TestStore } from '../support/store'
import { append, call, countRows, createProject, event, NOON, uuid } from './store-rows'

const RAW_TABLES = ['user_events', 'conversions', 'identifications', 'actor_person', 'user_profiles']
/** Two users; a user's actor is the person. */
const ADA = { user_id: uuid(1), actor_id: uuid(801) }
const BOB = { user_id: uuid(2), actor_id: uuid(802) }

describeStores('append_events', (store) => {
  beforeEach(() => store.sql(`truncate ${RAW_TABLES.map((table) => `public.${table}`).join(', ')}`))

  test('stores every field of an event', async () => {
    const fields = {
      user_id: uuid(1),
      visitor_id: 4_711,
      session_id: 'session',
      event: 'recipe_clicked',
      properties: { plan: 'pro', nested: { list: [1, null, 'x'] } },
      route: '/recipes/[id]',
      referrer: 'https://example.test/',
      utm_source: 'source',
      utm_medium: 'medium',
      utm_campaign: 'campaign',
      utm_term: 'term',
      utm_content: 'content',
      country: 'DE',
      release: '1.2.3',
      bot_reasons: ['agent', 'rate'],
      gpc: false,
      user_agent: 'Mozilla/5.0',
      ip: '192.0.2.0',
    }
    const agent = { device: 'mobile', browser: 'Firefox', os: 'Android' }
    await append(store, 'append_events', [event(1, { ...fields, ...agent })])
    const { data } = await store.client().from('user_events').select().single()
    expect(data).toMatchObject({ ...fields, project_id: 1, id: uuid(1), actor_id: uuid(900), timestamp: NOON })
    expect(Date.parse(data.created_at)).toBeGreaterThan(NOON)
    expect((await store.client().from('person_events').select().single()).data).toMatchObject(agent)
  })

  test('stores every field of a conversion', async () => {
    const fields = {
      funnel: 'Recipe Discovery',
      step: 'planned',
      route: '/plan',
      properties: { value: 3 },
      country: 'FR',
    }
    await append(store, 'append_events', [event(1, { ...fields, type: 'conversion' })])
    const { data } = await store.client().from('conversions').select().single()
    expect(data).toMatchObject({ ...fields, id: uuid(1), actor_id: uuid(900), timestamp: NOON, user_id: null })
    expect(await countRows(store, 'user_events')).toBe(0)
  })

  test('keeps each combination of device, browser and system once, also when new ones come many at a time', async () => {
    const combinations = Array.from({ length: 40 }, (_, index) => ({
      ...(index % 4 > 0 && { device: `device ${index % 4}` }),
      ...(index % 5 > 0 && { browser: `browser ${index % 5}` }),
      ...(index % 2 > 0 && { os: `system ${index % 2}` }),
    }))
    const batches = Array.from({ length: 12 }, (_, batch) => {
      const rows = combinations.map((agent, index) => event(batch * 40 + index, { ...agent, properties: { index } }))
      return batch % 2 ? rows : rows.reverse()
    })
    await Promise.all(batches.map((batch) => append(store, 'append_events', batch)))
    const wrong = await store.sql(
      `select properties from public.person_events where device is distinct from $1::jsonb -> (properties ->> 'index')::int ->> 'device'
         or browser is distinct from $1::jsonb -> (properties ->> 'index')::int ->> 'browser'
         or os is distinct from $1::jsonb -> (properties ->> 'index')::int ->> 'os'`,
      [JSON.stringify(combinations)],
    )
    expect(wrong).toEqual([])
    expect(await countRows(store, 'user_events', 'agent_id is null')).toBe(12 * 2)
    expect(
      await countRows(store, 'agents', `device like 'device %' or browser like 'browser %' or os like 'system %'`),
    ).toBe(19)
  })

  test('takes an empty batch', async () => {
    expect(await append(store, 'append_events', [])).toEqual([])
  })

  test('counts a batch once however often it is sent', async () => {
    const batch = [event(1), event(2), event(3, { type: 'conversion', funnel: 'f', step: 's' }), identify(4)]
    expect(await append(store, 'append_events', batch)).toEqual([])
    expect(await append(store, 'append_events', batch)).toEqual([0, 1, 2, 3])
    expect(await append(store, 'append_events', [event(5), ...batch])).toEqual([1, 2, 3, 4])
    expect(await countRows(store, 'user_events')).toBe(3)
    expect(await countRows(store, 'conversions')).toBe(1)
    expect(await countRows(store, 'identifications')).toBe(1)
  })

  test('accepts the first of identical copies inside a batch', async () => {
    const batch = [event(2, { event: 'first' }), event(1), event(2, { event: 'second' }), event(1), event(2)]
    expect(await append(store, 'append_events', batch)).toEqual([2, 3, 4])
    const rows = await store.sql('select event from public.user_events order by id')
    expect(rows).toEqual([{ event: 'event_1' }, { event: 'first' }])
  })

  test('tells rows apart by type, actor, time and id', async () => {
    const batch = [
      event(1),
      event(1, { type: 'conversion', funnel: 'f', step: 's' }),
      event(1, { actor_id: uuid(901) }),
      event(1, { timestamp: NOON + 1 }),
      event(2),
    ]
    expect(await append(store, 'append_events', batch)).toEqual([])
    expect(await countRows(store, 'user_events')).toBe(4)
  })

  test('counts 20 identical batches at once as one', async () => {
    const batch = Array.from({ length: 60 }, (_, index) =>
      event(index % 50, { ...(index % 2 ? ADA : BOB), timestamp: NOON - index }),
    )
    const answers = await Promise.all(Array.from({ length: 20 }, () => append(store, 'append_events', batch)))
    const accepted = answers.reduce((sum, duplicates) => sum + batch.length - duplicates.length, 0)
    expect(accepted).toBe(batch.length)
    expect(await countRows(store, 'user_events')).toBe(batch.length)
    expect(await store.sql('select sum(total_events)::int as sum from public.user_profiles')).toEqual([
      { sum: batch.length },
    ])
  })

  test('lets batches that share rows in different orders pass each other', async () => {
    const rows = Array.from({ length: 120 }, (_, index) =>
      event(index, {
        user_id: uuid(index % 7),
        actor_id: uuid(800 + (index % 7)),
        ...(index % 3 === 0 && { type: 'identify', linked_actor_id: uuid(2_000 + (index % 11)) }),
        ...(index % 3 === 1 && { type: 'conversion', funnel: 'f', step: 's' }),
      }),
    )
    const batches = Array.from({ length: 24 }, (_, shift) => [
      ...rows.slice(shift * 5).reverse(),
      ...rows.slice(0, shift * 5),
    ])
    const answers = await Promise.all(batches.map((batch) => append(store, 'append_events', batch)))
    expect(answers.reduce((sum, duplicates) => sum + rows.length - duplicates.length, 0)).toBe(rows.length)
  })

  test('refuses the whole batch for one bad row', async () => {
    const bad = [
      { id: 'no-uuid' },
      { id: null },
      { actor_id: null },
      { timestamp: null },
      { timestamp: 'yesterday' },
      { timestamp: Number.MAX_SAFE_INTEGER },
      { event: null },
      { event: '' },
      { properties: [1] },
      { type: 'unheard_of' },
      { type: null },
      { type: 'conversion' },
    ]
    for (const fields of bad) {
      const batch = [event(1, ADA), event(2, fields), event(3)]
      await expect(append(store, 'append_events', batch), JSON.stringify(fields)).rejects.toMatchObject({
        code: expect.stringMatching(/^2[23]/),
      })
    }
    await expect(call(store, 'append_events', { p_project_id: 1, p_rows: { no: 'array' } })).rejects.toThrow()
    expect(await countRows(store, 'user_events')).toBe(0)
    expect(await countRows(store, 'user_profiles')).toBe(0)
  })

  test('refuses a project that does not exist', async () => {
    await expect(append(store, 'append_events', [event(1)], 4_711)).rejects.toMatchObject({
      message: 'unknown_project',
    })
  })

  test('keeps projects apart', async () => {
    const other = await createProject(store, 'isolation')
    const batch = [
      event(1, ADA),
      identify(2, { linked_actor_id: uuid(900), traits: { plan: 'pro' } }),
      event(3, { type: 'conversion', funnel: 'f', step: 's' }),
    ]
    await append(store, 'append_events', batch)
    expect(await append(store, 'append_events', [event(1, ADA)], other)).toEqual([])
    for (const table of RAW_TABLES) expect(await countRows(store, table, 'project_id = 1'), table).toBeGreaterThan(0)
    expect(await countRows(store, 'identifications', `project_id = ${other}`)).toBe(0)
    expect(await readProfiles(store, other)).toMatchObject([{ user_id: ADA.user_id, total_events: 1, traits: null }])
    expect(await countRows(store, 'actor_person', `project_id = ${other} and actor_id = '${uuid(900)}'`)).toBe(0)
    // The same people may be linked in each project by itself.
    await append(store, 'append_events', [identify(4, { linked_actor_id: uuid(900) })], other)
    expect(await countRows(store, 'actor_person', `project_id = ${other}`)).toBe(2)
  })
})

describeStores('append_events, profiles', (store) => {
  beforeEach(() => store.sql(`truncate ${RAW_TABLES.map((table) => `public.${table}`).join(', ')}`))

  test('makes a profile of the first row with a user', async () => {
    await append(store, 'append_events', [event(1), event(2, { ...ADA, external_id: 'ada' })])
    expect(await readProfiles(store)).toEqual([
      {
        user_id: ADA.user_id,
        actor_id: ADA.actor_id,
        external_id: 'ada',
        traits: null,
        first_seen: NOON,
        last_activity: NOON,
        total_events: 1,
        features_used: ['event_2'],
      },
    ])
  })

  test('moves a profile by new rows only', async () => {
    const early = event(1, { ...ADA, event: 'search', timestamp: NOON - 5_000 })
    await append(store, 'append_events', [early, early])
    await append(store, 'append_events', [early, event(2, { ...ADA, event: 'plan', timestamp: NOON - 9_000 })])
    await append(store, 'append_events', [
      early,
      event(3, { ...ADA, event: '$pageview' }),
      event(4, { ...ADA, event: 'plan' }),
    ])
    expect(await readProfiles(store)).toMatchObject([
      { total_events: 4, features_used: ['plan', 'search'], first_seen: NOON - 9_000, last_activity: NOON },
    ])
  })

  test('is not moved back by a row that comes late', async () => {
    await append(store, 'append_events', [event(1, ADA)])
    await append(store, 'append_events', [event(2, { ...ADA, timestamp: NOON - 60_000 })])
    expect(await readProfiles(store)).toMatchObject([{ first_seen: NOON - 60_000, last_activity: NOON }])
  })

  test('counts conversions and identify calls as activity, not as events', async () => {
    await append(store, 'append_events', [
      event(1, { ...ADA, timestamp: NOON - 2_000 }),
      event(2, { ...ADA, type: 'conversion', funnel: 'f', step: 's', timestamp: NOON - 1_000 }),
      identify(3, { timestamp: NOON }),
    ])
    expect(await readProfiles(store)).toMatchObject([
      { total_events: 1, last_activity: NOON, features_used: ['event_1'] },
    ])
  })

  test('leaves bots and rows under GPC out', async () => {
    await append(store, 'append_events', [
      event(1, { ...ADA, bot_reasons: ['agent'] }),
      identify(2, { bot_reasons: ['agent'], linked_actor_id: uuid(900) }),
      event(3, { ...BOB, gpc: true }),
    ])
    expect(await readProfiles(store)).toEqual([])
    expect(await countRows(store, 'actor_person')).toBe(0)
  })

  test('merges traits, the later over the earlier', async () => {
    await append(store, 'append_events', [
      identify(1, { traits: { plan: 'free', seats: 1 } }),
      identify(2, { traits: { plan: 'pro', team: { name: 'x' } } }),
    ])
    await append(store, 'append_events', [
      identify(3, { traits: { seats: 5 } }),
      identify(4),
      identify(1, { traits: { plan: 'old' } }),
    ])
    expect(await readProfiles(store)).toMatchObject([{ traits: { plan: 'pro', team: { name: 'x' }, seats: 5 } }])
  })

  test('keeps the first 1,000 features of a user', async () => {
    const batch = Array.from({ length: 1_200 }, (_, index) => event(index, ADA))
    await append(store, 'append_events', batch.slice(0, 900))
    await append(store, 'append_events', batch.slice(900))
    const [profile] = await readProfiles(store)
    expect(profile).toMatchObject({ total_events: 1_200 })
    expect(new Set(profile?.features_used).size).toBe(1_000)
  })
})

describeStores('append_events, links', (store) => {
  beforeEach(() => store.sql(`truncate ${RAW_TABLES.map((table) => `public.${table}`).join(', ')}`))

  test('links an anonymous actor to the first user who is identified with it', async () => {
    await append(store, 'append_events', [
      identify(1, { linked_actor_id: uuid(900) }),
      identify(2, { ...BOB, linked_actor_id: uuid(900) }),
    ])
    await append(store, 'append_events', [identify(3, { ...BOB, linked_actor_id: uuid(900) })])
    expect(await readPerson(store, uuid(900))).toBe(ADA.actor_id)
  })

  test('links every anonymous actor of a user', async () => {
    await append(store, 'append_events', [
      identify(1, { linked_actor_id: uuid(900) }),
      identify(2, { linked_actor_id: uuid(901) }),
    ])
    expect(await readPerson(store, uuid(900))).toBe(ADA.actor_id)
    expect(await readPerson(store, uuid(901))).toBe(ADA.actor_id)
  })

  test('never merges two users, whichever is seen first', async () => {
    // Bob claims Ada's actor: once before she is known, once after.
    await append(store, 'append_events', [identify(1, { ...BOB, linked_actor_id: ADA.actor_id })])
    await append(store, 'append_events', [event(2, ADA)])
    await append(store, 'append_events', [identify(3, { ...BOB, linked_actor_id: ADA.actor_id }), event(4, ADA)])
    expect(await readPerson(store, ADA.actor_id)).toBe(ADA.actor_id)
    expect(await readPerson(store, BOB.actor_id)).toBe(BOB.actor_id)
  })
})

/** An identify call of Ada unless told. */
function identify(number: number, fields: Record<string, unknown> = {}) {
  return event(number, { ...ADA, event: undefined, type: 'identify', ...fields })
}

type Profile = { user_id: string; total_events: number; features_used: string[] }

function readProfiles(store: TestStore, projectId = 1): Promise<Profile[]> {
  return store.sql<Profile>(
    `select user_id::text as user_id, actor_id::text as actor_id, external_id, traits, total_events, features_used,
       (extract(epoch from first_seen) * 1000)::float8 as first_seen,
       (extract(epoch from last_activity) * 1000)::float8 as last_activity
     from public.user_profiles where project_id = $1 order by user_id`,
    [projectId],
  )
}

async function readPerson(store: TestStore, actorId: string): Promise<string | undefined> {
  const [row] = await store.sql<{ person_id: string }>(
    'select person_id::text as person_id from public.actor_person where project_id = 1 and actor_id = $1',
    [actorId],
  )
  return row?.person_id
}
