import { beforeAll, expect, test } from 'vitest'
import type { ProjectId } from '@/lib/core/ids'
import { readActivePeople, readPerson, readTimelineRows, searchPeople } from '@/lib/database/person-reports'
import { callReport, insert, nextProject } from '../../sql/reports/rows'
import { insertVisits, NOON } from '../../sql/reports/visits'
import { describeStores } from '../../support/store'

const MINUTE = 60_000

describeStores('person reports', (store) => {
  const project = nextProject() as ProjectId
  const scope = { projectId: project, fromMs: NOON, toMs: NOON + 7_200_000, filters: {}, includeBots: false }
  beforeAll(() => insertVisits(store, project))

  const readAnn = async () => (await searchPeople(project, 'customer', null, 10)).items[0]?.personId ?? ''

  test('list who was active, the latest first, page by page', async () => {
    const first = await readActivePeople(scope, null, 1)
    const second = await readActivePeople(scope, first.next, 1)
    const third = await readActivePeople(scope, second.next, 1)
    expect(first.items).toMatchObject([
      { externalId: null, lastSeenMs: NOON + 61 * MINUTE, country: 'FR', events: null },
    ])
    expect(second.items).toMatchObject([
      { externalId: 'customer-7', lastSeenMs: NOON + 60 * MINUTE, device: 'desktop' },
    ])
    expect(third).toEqual({ items: [], next: null })
    const mobile = await readActivePeople({ ...scope, filters: { device: 'mobile' } }, null, 5)
    expect(mobile.items).toMatchObject([{ externalId: 'customer-7', lastSeenMs: NOON + 3 * MINUTE }])
  })

  test('find known people by id and by trait, whatever the case, and nothing by a pattern', async () => {
    for (const search of ['CUSTOMER-7', 'ada & sons']) {
      expect((await searchPeople(project, search, null, 10)).items).toHaveLength(1)
    }
    expect(await searchPeople(project, '%', null, 10)).toEqual({ items: [], next: null })
  })

  test('say who somebody is', async () => {
    expect(await readPerson(project, await readAnn())).toMatchObject({
      externalId: 'customer-7',
      traits: { company: 'Ada & Sons' },
      actors: 2,
      firstSeenMs: NOON,
      lastSeenMs: NOON + 60 * MINUTE,
      events: 5,
    })
    expect(await readPerson(project, '1')).toMatchObject({ personId: '1', externalId: null, traits: {}, actors: 0 })
  })

  test('tell all that a person did on all devices, the latest first, page by page', async () => {
    const personId = await readAnn()
    const whole = await readTimelineRows(project, personId, null, 50)
    expect(whole.next).toBeNull()
    expect(whole.items.map(({ kind, name, timestampMs }) => [kind, name, (timestampMs - NOON) / MINUTE])).toEqual(
      expect.arrayContaining([
        ['event', '$pageview', 60],
        ['conversion', 'Signup: done', 3],
        ['event', 'signed_up', 3],
        ['event', '$pageview', 0],
      ]),
    )
    expect(whole.items).toHaveLength(6)
    const paged = []
    for (let before = null as Awaited<ReturnType<typeof readTimelineRows>>['next']; ; ) {
      const page = await readTimelineRows(project, personId, before, 2)
      paged.push(...page.items)
      before = page.next
      if (before === null) break
    }
    expect(paged).toEqual(whole.items)
  })

  test('a call looks through few rows and says how far, and the calls together miss nothing', async () => {
    const personId = await readAnn()
    const found: { timestampMs: number }[] = []
    let calls = 0
    for (let before: unknown = null; ; ) {
      const page: { items: typeof found; next: unknown } = await callReport(store, 'get_person_timeline', {
        p_project_id: project,
        p_person_id: personId,
        p_before: before,
        p_rows: 2,
      })
      calls += 1
      found.push(...page.items)
      before = page.next
      if (before === null) break
    }
    expect(calls).toBeGreaterThan(3)
    expect(found).toHaveLength(6)
  })

  test('what is rolled up, and what changed since, tell the same', async () => {
    const personId = await readAnn()
    const raw = await readTimelineRows(project, personId, null, 50)
    // as append_events marks an hour that it changes
    const mark = (hour: number) =>
      store.sql('insert into public.slice_marks (project_id, from_ms, to_ms) values ($1, $2, $3)', [
        project,
        NOON + hour * 60 * MINUTE,
        NOON + (hour + 1) * 60 * MINUTE,
      ])
    await store.sql(
      `insert into public.projects (id, slug, name) overriding system value values ($1, 'rolled-up', 'Rolled up')`,
      [project],
    )
    for (const hour of [0, 1]) await mark(hour)
    while ((await callReport<number>(store, 'roll_up_slices', { p_quiet_ms: 0 })) > 0);
    const slices = await store.sql('select 1 from public.slices where project_id = $1', [project])
    expect(slices.length).toBeGreaterThan(0)
    expect(await readTimelineRows(project, personId, null, 50)).toEqual(raw)
    const first = await readTimelineRows(project, personId, null, 4)
    const rest = await readTimelineRows(project, personId, first.next, 4)
    expect([...first.items, ...rest.items]).toEqual(raw.items)

    const later = { project_id: project, who: 'ann', event: 'came back', timestamp: NOON + 24 * 60 * MINUTE }
    await insert(store, 'user_events', [later])
    await mark(24)
    const grown = await readTimelineRows(project, personId, null, 50)
    expect(grown.items.map(({ name }) => name)).toEqual(['came back', ...raw.items.map(({ name }) => name)])
  })
})
