import { createHash, createHmac, randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { describeStores } from '../../../support/store'
import { BROWSER, prepareInstall, toEvent } from '../install'

type Answer = {
  data: { accepted: number; duplicates: number; rejected: { index: number; reason: string }[] }
  meta: { truncated?: number }
}
type Row = Record<string, unknown>

const ADDRESS = '203.0.113.77'
const ORIGIN = 'https://allowed.example'
/** What a browser on an https page of another site sends. */
const PAGE = {
  origin: ORIGIN,
  'accept-language': 'en',
  'sec-fetch-site': 'cross-site',
  'x-growth-peer-address': ADDRESS,
}

describeStores('what is believed and what is kept', (store) => {
  const install = prepareInstall(store)

  async function send(
    events: object[],
    { context = {}, headers = {}, key }: { context?: object; headers?: Record<string, string>; key?: string } = {},
    route = 'events',
  ): Promise<Answer> {
    const items = route === 'events' ? { events } : { metrics: events }
    const response = await install.call('POST', `/api/analytics/${route}`, {
      headers: { ...PAGE, ...headers },
      body: { key: key ?? install.publishableKey, sentAt: Date.now(), context, ...items },
    })
    expect(response.status).toBe(202)
    return (await response.json()) as Answer
  }
  const asServer = () => ({ authorization: `Bearer ${install.secretKey}` })
  const read = (event: string, table = 'user_events') =>
    store.sql<Row>(`select * from public.${table} where ${table === 'conversions' ? 'funnel' : 'event'} = $1`, [event])
  const readOne = async (event: string) => (await read(event))[0] as Row

  /** A publishable key of a project of its own with these settings. */
  async function createProject(settings: object): Promise<string> {
    const slug = `p${randomUUID()}`
    const [project] = await store.sql<{ id: number }>(
      'insert into public.projects (slug, name, settings, allowed_origins) values ($1, $1, $2, $3) returning id',
      [slug, settings, [ORIGIN]],
    )
    const { createProjectKey } = await import('../../../../lib/database/project-keys')
    return (await createProjectKey(project?.id as never, { kind: 'publishable', label: '' })).key
  }

  describe('through a publishable key', () => {
    test('no forged field of an item or its context is believed', async () => {
      const event = `forged-${randomUUID()}`
      const forged = {
        ip: '198.51.100.1',
        userAgent: 'Googlebot/2.1',
        user_agent: 'Googlebot/2.1',
        created_at: '2000-01-01T00:00:00Z',
        createdAt: 1,
        country: 'XX',
        botReasons: ['user_agent'],
        bot_reasons: ['user_agent'],
        visitorId: '1',
        visitor_id: 1,
        actorId: randomUUID(),
        actor_id: randomUUID(),
        projectId: 2,
        project_id: 2,
        gpc: true,
        browser: 'Forged',
        os: 'Forged',
        externalId: 'forged',
      }
      const key = await createProject({ keepsAddresses: true, keepsUserAgents: true })
      const honest = toEvent({ event, anonymousId: 'a' })
      await send([honest, { ...honest, ...forged, id: randomUUID() }], { context: forged, key })
      const [one, other] = await read(event)
      expect(other).toEqual({ ...one, id: other?.id })
      expect(other).toMatchObject({
        ip: '203.0.113.0',
        user_agent: BROWSER,
        bot_reasons: null,
        country: null,
        gpc: false,
      })
      expect(Math.abs(new Date(other?.created_at as string).getTime() - Date.now())).toBeLessThan(60_000)
    })

    test('country and network of a forged header count for nothing without a trusted proxy', async () => {
      const event = `country-${randomUUID()}`
      await send([toEvent({ event })], {
        headers: { 'cf-ipcountry': 'DE', 'x-vercel-ip-country': 'DE', 'x-forwarded-for': '198.51.100.1' },
      })
      expect(await readOne(event)).toMatchObject({ country: null })
    })

    test('a past that no browser can report is refused by name, and a server’s is taken', async () => {
      const times = [Date.now() - 8 * 86_400_000, Date.now() + 120_000]
      const events = times.map((timestamp) => toEvent({ timestamp }))
      expect((await send(events)).data.rejected.map(({ reason }) => reason)).toEqual(['too_old', 'in_future'])
      expect((await send(events, { headers: asServer() })).data.accepted).toBe(2)
    })

    test('identify links a browser once, merges no two users, and sets no traits', async () => {
      const [one, two, anonymousId] = [randomUUID(), randomUUID(), randomUUID()]
      const identify = (userId: string, traits: object = { plan: 'forged' }) =>
        toEvent({ type: 'identify', userId, anonymousId, traits, event: undefined })
      const readLink = () =>
        store.sql<Row>(
          `select distinct link.actor_id, link.person_id from public.actor_person as link
           join public.identifications as said on said.linked_actor_id = link.actor_id where said.user_id = $1`,
          [one],
        )
      await send([identify(one, { plan: 'own' })], { headers: asServer() })
      const link = await readLink()
      expect(link).toHaveLength(1)
      await send([identify(two), identify(one)])
      expect(await readLink()).toEqual(link)
      const profiles = await store.sql<Row>(
        'select user_id, traits from public.user_profiles where user_id = any($1::uuid[])',
        [[one, two]],
      )
      const traitsOf = (userId: string) => profiles.find((profile) => profile.user_id === userId)?.traits ?? null
      expect([traitsOf(one), traitsOf(two)]).toEqual([{ plan: 'own' }, null])
    })

    test('traits need the application’s word for this very user, from any valid secret key', async () => {
      const [userId, otherId] = [randomUUID(), randomUUID()]
      const hash = createHash('sha256').update(install.secretKey).digest('hex')
      const toToken = (id: string) => createHmac('sha256', hash).update(id).digest('hex')
      const identify = (plan: string) =>
        toEvent({ type: 'identify', userId, traits: { plan, email: 'jane@example.com' }, event: undefined })
      const readTraits = async () =>
        (await store.sql<Row>('select traits from public.user_profiles where user_id = $1', [userId]))[0]?.traits
      await send([identify('forged')], { context: { userToken: toToken(otherId) } })
      expect((await readTraits()) ?? null).toBeNull()
      await send([identify('vouched')], { context: { userToken: toToken(userId) } })
      expect(await readTraits()).toEqual({ plan: 'vouched', email: 'jane@example.com' })
    })
  })

  describe('under Global Privacy Control', () => {
    // What thousands share: which site and page, which kind of device, when to the hour, and what is not there.
    const SHARED = [
      ...['project_id', 'gpc', 'event', 'funnel', 'step', 'route', 'referrer', 'release', 'country'],
      ...[
        'utm_source',
        'utm_medium',
        'utm_campaign',
        'device',
        'browser',
        'os',
        'agent_id',
        'navigation_type',
        'connection',
      ],
    ]
    const isWholeHour = (time: unknown) => new Date(time as string).getTime() % 3_600_000 === 0
    const findTies = ([one, other]: Row[]) => {
      expect(one && other).toBeTruthy()
      return Object.entries(one ?? {}).filter(([name, value]) => {
        if (value === null || SHARED.includes(name) || (name === 'created_at' && isWholeHour(value))) return false
        return JSON.stringify(value) === JSON.stringify(other?.[name])
      })
    }
    const nowMs = Date.now()
    const headers = { 'sec-gpc': '1' }
    const context = {
      userId: randomUUID(),
      anonymousId: randomUUID(),
      sessionId: randomUUID(),
      route: '/recipes?utm_source=mail&utm_content=jane',
      referrer: 'https://news.example/profile/jane?utm_term=jane',
    }

    test('two events of one batch, and two of different batches, share nothing but what thousands share', async () => {
      const key = await createProject({ keepsAddresses: true, keepsUserAgents: true })
      const [first, second] = [`gpc-${randomUUID()}`, `gpc-${randomUUID()}`]
      const at = (agoMs: number) => ({ timestamp: nowMs - agoMs })
      await send([toEvent({ event: first, ...at(1) }), toEvent({ event: first, ...at(2) })], { context, headers, key })
      expect(findTies(await read(first))).toEqual([])
      for (const agoMs of [3, 4]) await send([toEvent({ event: second, ...at(agoMs) })], { context, headers, key })
      expect(findTies(await read(second))).toEqual([])
      expect((await read(second))[0]).toMatchObject({
        gpc: true,
        route: '/recipes',
        referrer: 'https://news.example',
        utm_source: 'mail',
        utm_term: null,
        utm_content: null,
      })
    })

    test('nor do two conversions, nor two navigations', async () => {
      const key = await createProject({ keepsAddresses: true, keepsUserAgents: true })
      const funnel = `gpc-${randomUUID()}`
      const conversions = [1, 2].map((agoMs) =>
        toEvent({ type: 'conversion', funnel, step: 's', event: undefined, timestamp: nowMs - agoMs }),
      )
      await send(conversions, { context, headers, key })
      expect(findTies(await read(funnel, 'conversions'))).toEqual([])
      const release = randomUUID()
      const attribution = { lcp: { target: '#user-1' } }
      const metrics = [1, 2].map((agoMs) => ({
        ...{ id: randomUUID(), timestamp: nowMs - agoMs, seq: agoMs, lcp: 100 + agoMs, release, attribution },
      }))
      await send(metrics, { context, headers, key }, 'performance')
      const rows = await store.sql<Row>('select * from public.performance_metrics where release = $1', [release])
      expect(findTies(rows)).toEqual([])
    })

    test('identify links nothing and makes no profile', async () => {
      const userId = randomUUID()
      const before = await store.sql('select count(*)::int as count from public.actor_person')
      const item = toEvent({ type: 'identify', userId, anonymousId: randomUUID(), traits: { a: 1 }, event: undefined })
      expect((await send([item], { headers })).data.accepted).toBe(1)
      expect(await store.sql('select 1 from public.user_profiles where user_id = $1', [userId])).toEqual([])
      expect(await store.sql('select count(*)::int as count from public.actor_person')).toEqual(before)
    })

    test('a retry is still a duplicate', async () => {
      const event = toEvent()
      expect((await send([event], { context, headers })).data).toMatchObject({ accepted: 1, duplicates: 0 })
      expect((await send([event], { context, headers })).data).toMatchObject({ accepted: 0, duplicates: 1 })
    })

    test('a project may turn it off, and turn Do Not Track on', async () => {
      const [off, dnt] = [await createProject({ honoursGpc: false }), await createProject({ honoursDnt: true })]
      const sent = async (key: string, signal: Record<string, string>) => {
        const event = `signal-${randomUUID()}`
        await send([toEvent({ event })], { context, headers: signal, key })
        return (await readOne(event)).gpc
      }
      expect(await sent(off, { 'sec-gpc': '1' })).toBe(false)
      expect(await sent(dnt, { dnt: '1' })).toBe(true)
      expect(await sent(install.publishableKey, { dnt: '1' })).toBe(false)
    })
  })

  describe('an anonymous browser', () => {
    test('is one visitor a day per site, also when it is a new session', async () => {
      const event = `visitor-${randomUUID()}`
      for (const sessionId of ['s1', 's2']) await send([toEvent({ event, sessionId })])
      await send([toEvent({ event, sessionId: 's3' })], { headers: { 'x-growth-peer-address': '203.0.113.78' } })
      const visitors = (await read(event)).map((row) => row.visitor_id)
      expect(visitors.every((visitor) => visitor !== null)).toBe(true)
      expect(new Set(visitors.map(String)).size).toBe(2)
    })

    test('is none with full consent or a user id', async () => {
      const event = `known-${randomUUID()}`
      await send([toEvent({ event, anonymousId: 'a' })], { context: { consent: 'full' } })
      await send([toEvent({ event, userId: 'u' })])
      expect((await read(event)).map((row) => row.visitor_id)).toEqual([null, null])
    })
  })

  describe('a payload', () => {
    test('over the limits is kept without the excess, which is counted; its neighbours are whole', async () => {
      const event = `payload-${randomUUID()}`
      const properties = {
        ...Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`p${index}`, index])),
      }
      const text = { ['n'.repeat(100)]: 'x'.repeat(5_000), deep: { a: { b: { c: 1 } } }, list: Array(200).fill(1) }
      const { data, meta } = await send([
        toEvent({ event, properties }),
        toEvent({ event, properties: text }),
        toEvent({ event, properties: { fine: true } }),
      ])
      expect(data).toEqual({ accepted: 3, duplicates: 0, rejected: [] })
      expect(meta.truncated).toBe(36 + 3 + 100)
      const stored = (await read(event)).map((row) => row.properties as Record<string, unknown>)
      expect(stored).toContainEqual({ fine: true })
      expect(stored).toContainEqual({
        ['n'.repeat(64)]: 'x'.repeat(1_024),
        deep: { a: {} },
        list: Array(100).fill(1),
      })
      expect(stored.some((each) => Object.keys(each).length === 64)).toBe(true)
    })

    test('that nests a hundred thousand levels costs nothing and harms nobody', async () => {
      const event = `deep-${randomUUID()}`
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
      const raw = JSON.stringify({
        key: install.publishableKey,
        sentAt: Date.now(),
        events: [toEvent({ event, properties: { deep: 'HERE' } }), toEvent({ event })],
      }).replace('"HERE"', deep)
      const response = await install.call('POST', '/api/analytics/events', { headers: PAGE, raw })
      expect([response.status, ((await response.json()) as Answer).data.accepted]).toEqual([202, 2])
    })

    test('keeps no secret, wherever it stands', async () => {
      const event = `secret-${randomUUID()}`
      const item = toEvent({
        event,
        route: '/reset/jane@example.com?token=abc',
        referrer: 'https://x.example/?utm_content=jane%40example.com',
        properties: {
          password: 'hunter2',
          user: { accessToken: 'x', note: 'card 4242 4242 4242 4242' },
          header: 'Bearer abc123def456',
        },
      })
      await send([item])
      const row = await readOne(event)
      expect(row).toMatchObject({
        route: '/reset/[email]',
        utm_content: '[email]',
        properties: { user: { note: 'card [card]' }, header: '[token]' },
      })
      const stored = inspect(row, { depth: null })
      for (const secret of ['jane', 'hunter2', '4242 4242', 'abc123def456', 'accessToken']) {
        expect(stored).not.toContain(secret)
      }
    })

    test('is scrubbed as the project says', async () => {
      const event = `policy-${randomUUID()}`
      const key = await createProject({ scrubs: { email: false }, deniedProperties: ['colour'] })
      await send([toEvent({ event, properties: { email: 'jane@example.com', Colour: 'red', password: 'x' } })], { key })
      expect((await readOne(event)).properties).toEqual({ email: 'jane@example.com', password: 'x' })
    })
  })

  describe('a program', () => {
    const marks = async (options: { context?: object; headers?: Record<string, string> }) => {
      const event = `bot-${randomUUID()}`
      await send([toEvent({ event })], options)
      return (await readOne(event)).bot_reasons
    }

    test('is marked by its name or by two kinds of evidence, with all of them', async () => {
      expect(await marks({})).toBeNull()
      expect(await marks({ headers: { 'user-agent': 'Googlebot/2.1' } })).toEqual(['user_agent'])
      expect(await marks({ context: { webdriver: true } })).toBeNull()
      const network = { 'x-growth-network': 'hosting' }
      expect(await marks({ headers: network })).toBeNull()
      expect(await marks({ context: { webdriver: true }, headers: network })).toEqual(['headless', 'data_centre'])
    })

    test('that is a server is not taken for its users', async () => {
      const headers = { ...asServer(), 'user-agent': 'curl/8', 'x-growth-network': 'hosting' }
      expect(await marks({ headers })).toBeNull()
      expect(await marks({ headers, context: { userAgent: 'Googlebot/2.1' } })).toEqual(['user_agent'])
    })
  })
})
