import { beforeEach, expect, test } from 'vitest'
import { describeStores, type TestStore } from '../support/store'
import { append, countRows, createProject, NOON, navigation, uuid } from './store-rows'

describeStores('append_vitals', (store) => {
  beforeEach(() => store.sql('truncate public.performance_metrics'))

  test('stores every field of a navigation', async () => {
    const fields = {
      user_id: uuid(1),
      visitor_id: 4_711,
      session_id: 'session',
      route: '/recipes/[id]',
      navigation_type: 'navigate',
      lcp: 2_500.5,
      inp: 40,
      cls: 0,
      fcp: 800.25,
      ttfb: 120,
      fid: 3,
      attribution: { lcp: { element: 'img' } },
      custom: { hydration: 12.5 },
      connection: '4g',
      device: 'desktop',
      browser: 'Chrome',
      os: 'Linux',
      country: 'DE',
      release: '1.2.3',
      bot_reasons: ['agent'],
      gpc: true,
      user_agent: 'Mozilla/5.0',
      ip: '192.0.2.0',
    }
    expect(await append(store, 'append_vitals', [navigation(1, { ...fields, seq: 2 })])).toEqual([])
    const { data } = await store.client().from('performance_metrics').select().single()
    expect(data).toMatchObject({
      ...fields,
      project_id: 1,
      id: uuid(1),
      actor_id: uuid(900),
      timestamp: NOON,
      lcp_seq: 2,
    })
  })

  test('takes an empty batch, and a navigation of which nothing is known yet', async () => {
    expect(await append(store, 'append_vitals', [])).toEqual([])
    expect(await append(store, 'append_vitals', [navigation(1)])).toEqual([])
    expect(await read(store)).toEqual({})
  })

  test('takes the value with the higher seq, metric by metric', async () => {
    await append(store, 'append_vitals', [navigation(1, { seq: 1, lcp: 100, cls: 0.5, ttfb: 10 })])
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 3, lcp: 300, inp: 30 })])).toEqual([])
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 2, lcp: 200, inp: 20, cls: 0.25 })])).toEqual([])
    expect(await read(store)).toEqual({ lcp: 300, inp: 30, cls: 0.25, ttfb: 10 })
  })

  test('never lets null overwrite, nor an absent metric', async () => {
    await append(store, 'append_vitals', [navigation(1, { seq: 1, lcp: 100, route: '/a', custom: { x: 1 } })])
    const later = navigation(1, { seq: 2, lcp: null, route: null, custom: null, attribution: null })
    expect(await append(store, 'append_vitals', [later])).toEqual([0])
    expect(await read(store)).toEqual({ lcp: 100, route: '/a', custom: { x: 1 } })
  })

  test('keeps a CLS of 0, and lets 0 replace a value', async () => {
    await append(store, 'append_vitals', [navigation(1, { seq: 1, cls: 0 }), navigation(2, { seq: 1, cls: 0.3 })])
    await append(store, 'append_vitals', [navigation(2, { seq: 2, cls: 0 })])
    expect(await read(store, 1)).toEqual({ cls: 0 })
    expect(await read(store, 2)).toEqual({ cls: 0 })
  })

  test('keeps the first value when the seq is the same', async () => {
    await append(store, 'append_vitals', [navigation(1, { seq: 1, lcp: 100 })])
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 1, lcp: 999, inp: 5 })])).toEqual([])
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 1, lcp: 999, inp: 9 })])).toEqual([0])
    expect(await read(store)).toEqual({ lcp: 100, inp: 5 })
  })

  test('counts an identical copy as a duplicate', async () => {
    const sent = navigation(1, {
      seq: 1,
      lcp: 100,
      custom: { x: 1 },
      attribution: { lcp: { element: 'img' } },
      route: '/a',
    })
    expect(await append(store, 'append_vitals', [sent, sent])).toEqual([1])
    expect(await append(store, 'append_vitals', [navigation(2, { lcp: 1 }), sent])).toEqual([1])
    expect(await append(store, 'append_vitals', [{ ...sent, seq: 0 }])).toEqual([0])
  })

  test('merges the rows of one navigation inside a batch as if each had come alone', async () => {
    const sends = [
      navigation(1, { seq: 2, lcp: 200 }),
      navigation(2, { seq: 0, fcp: 5 }),
      navigation(1, { seq: 1, lcp: 100, ttfb: 10 }),
      navigation(1, { seq: 1, lcp: 150 }),
      navigation(1, { seq: 4, inp: 40, lcp: 400 }),
    ]
    expect(await append(store, 'append_vitals', sends)).toEqual([3])
    expect(await read(store, 1)).toEqual({ lcp: 400, inp: 40, ttfb: 10 })
    expect(await countRows(store, 'performance_metrics')).toBe(2)
  })

  test('lets attribution follow its metric', async () => {
    const attribution = (element: string) => ({ lcp: { element }, cls: { element } })
    await append(store, 'append_vitals', [navigation(1, { seq: 2, lcp: 1, cls: 0.1, attribution: attribution('two') })])
    await append(store, 'append_vitals', [navigation(1, { seq: 1, lcp: 9, attribution: attribution('one') })])
    expect(await read(store)).toMatchObject({ attribution: attribution('two') })
    await append(store, 'append_vitals', [navigation(1, { seq: 3, lcp: 3, attribution: attribution('three') })])
    expect(await read(store)).toMatchObject({ attribution: { lcp: { element: 'three' }, cls: { element: 'two' } } })
    // A value without a cause does not keep the cause of the value that it replaces.
    await append(store, 'append_vitals', [navigation(1, { seq: 4, lcp: 4, cls: 0.4 })])
    expect(await read(store)).toEqual({ lcp: 4, cls: 0.4 })
  })

  test('merges custom metrics by name', async () => {
    await append(store, 'append_vitals', [navigation(1, { seq: 1, custom: { a: 1, b: 1 } })])
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 3, custom: { b: 3, c: 3 } })])).toEqual([])
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 2, custom: { a: 2, b: 2, d: 2 } })])).toEqual([])
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 2, custom: { a: 7, c: 7 } })])).toEqual([0])
    expect(await read(store)).toEqual({ custom: { a: 2, b: 3, c: 3, d: 2 } })
  })

  test('takes what describes the page once, when first known', async () => {
    await append(store, 'append_vitals', [navigation(1, { lcp: 1, device: 'mobile' })])
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 1, route: '/a', device: 'desktop' })])).toEqual(
      [],
    )
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 2, route: '/b', inp: 2 })])).toEqual([])
    expect(await read(store)).toEqual({ lcp: 1, inp: 2, route: '/a', device: 'mobile' })
  })

  test('ends as a row-by-row merge does, whatever the batches', async () => {
    const random = createRandom(20_261_121)
    const pick = (count: number) => Math.floor(random() * count)
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await store.sql('truncate public.performance_metrics')
      const reference = new Map<number, Reference>()
      for (let batch = 0; batch < 4; batch += 1) {
        const sends = Array.from({ length: 1 + pick(9) }, () => ({
          number: 1 + pick(3),
          seq: pick(4),
          ...(pick(2) && { lcp: pick(5) }),
          ...(pick(2) && { cls: pick(2) }),
          ...(pick(3) === 0 && { custom: { [`m${pick(2)}`]: pick(5) } }),
        }))
        const expected = sends.flatMap((send, index) => (mergeReference(reference, send) ? [] : [index]))
        const rows = sends.map(({ number, ...fields }) => navigation(number, fields))
        expect(await append(store, 'append_vitals', rows), JSON.stringify(sends)).toEqual(expected)
      }
      for (const [number, { values }] of reference) {
        const { custom, ...vitals } = (await read(store, number)) as { custom?: object }
        expect({ ...vitals, ...custom }).toEqual(values)
      }
    }
  })

  test('lets batches that share navigations in different orders pass each other', async () => {
    const numbers = Array.from({ length: 60 }, (_, index) => index)
    const batches = Array.from({ length: 24 }, (_, seq) => {
      const rows = numbers.map((number) => navigation(number, { seq, lcp: 1_000 + seq, custom: { [`m${seq}`]: seq } }))
      const turned = [...rows.slice(seq), ...rows.slice(0, seq)]
      return seq % 2 ? turned.reverse() : turned
    })
    await Promise.all(batches.map((batch) => append(store, 'append_vitals', batch)))
    const stored = await Promise.all(numbers.map((number) => read(store, number)))
    for (const row of stored as { lcp: number; custom: object }[]) {
      expect(row.lcp).toBe(1_023)
      expect(Object.keys(row.custom)).toHaveLength(24)
    }
  })

  test('refuses the whole batch for one bad row', async () => {
    const bad = [
      { id: null },
      { id: 'no-uuid' },
      { timestamp: null },
      { seq: 40_000 },
      { lcp: -1 },
      { cls: 'NaN' },
      { fcp: 'Infinity' },
      { custom: { x: 'text' } },
      { custom: [1] },
      { attribution: 'text' },
    ]
    for (const fields of bad) {
      const batch = [navigation(1, { lcp: 1 }), navigation(2, fields)]
      await expect(append(store, 'append_vitals', batch), JSON.stringify(fields)).rejects.toMatchObject({
        code: expect.stringMatching(/^2[23]/),
      })
    }
    // A value that would win is checked as well when it merges.
    await append(store, 'append_vitals', [navigation(1, { lcp: 1 })])
    await expect(append(store, 'append_vitals', [navigation(1, { seq: 1, lcp: -1 })])).rejects.toMatchObject({
      code: '23514',
    })
    expect(await countRows(store, 'performance_metrics')).toBe(1)
  })

  test('refuses a project that does not exist, and keeps projects apart', async () => {
    await expect(append(store, 'append_vitals', [navigation(1)], 4_711)).rejects.toMatchObject({
      message: 'unknown_project',
    })
    const other = await createProject(store, 'isolation')
    await append(store, 'append_vitals', [navigation(1, { seq: 1, lcp: 1 })])
    expect(await append(store, 'append_vitals', [navigation(1, { seq: 2, lcp: 2 })], other)).toEqual([])
    const rows = await store.sql('select project_id, lcp::float8 as lcp from public.performance_metrics order by 1')
    expect(rows).toEqual([
      { project_id: 1, lcp: 1 },
      { project_id: other, lcp: 2 },
    ])
  })
})

/** What is known of a navigation: the columns that are not null, besides its key and bookkeeping. */
async function read(store: TestStore, number = 1): Promise<Record<string, unknown>> {
  const [row] = await store.sql<{ row: Record<string, unknown> }>(
    `select jsonb_strip_nulls(to_jsonb(stored) - '{timestamp,created_at,project_id,gpc,actor_id,id,custom_seqs,lcp_seq,inp_seq,cls_seq,fcp_seq,ttfb_seq,fid_seq}'::text[]) as row
     from public.performance_metrics as stored where id = $1`,
    [uuid(number)],
  )
  return row?.row ?? {}
}

type Send = { number: number; seq: number; lcp?: number; cls?: number; custom?: Record<string, number> }
type Reference = { values: Record<string, number>; seqs: Record<string, number> }

/** The rule in its plainest form; tells whether the send brought anything new. */
function mergeReference(stored: Map<number, Reference>, { number, seq, custom, ...vitals }: Send): boolean {
  const known = stored.get(number)
  const into = known ?? { values: {}, seqs: {} }
  stored.set(number, into)
  let isNew = !known
  for (const [name, value] of Object.entries({ ...vitals, ...custom })) {
    if (seq <= (into.seqs[name] ?? -1)) continue
    into.seqs[name] = seq
    into.values[name] = value as number
    isNew = true
  }
  return isNew
}

/** Mulberry32, public domain: the same sequence for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
