import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { ImportOptions } from '../../../lib/contracts/import'
import { readProjectBySlug } from '../../../lib/database/projects'
import { createEnsurePartitions } from '../../../lib/import/ensure-partitions'
import { importUpload } from '../../../lib/import/import-upload'
import { describeStores } from '../../support/store'
import { toBytes } from './bytes'

const NOW_MS = Date.UTC(2026, 4, 1)
const LOG = [
  '203.0.113.7 - - [10/Mar/2019:12:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0 (Windows NT 10.0) Chrome/70.0"',
  '203.0.113.7 - - [10/Mar/2019:12:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0 (Windows NT 10.0) Chrome/70.0"',
  '203.0.113.8 - - [10/Mar/2019:12:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "Googlebot/2.1 (+http://www.google.com/bot.html)"',
  '203.0.113.8 - - [10/Mar/2019:12:00:01 +0000] "GET /a.png HTTP/1.1" 200 1 "-" "Googlebot/2.1"',
  'no line of a log',
].join('\n')

describeStores('importing a file', (store) => {
  const upload = async (file: string | Uint8Array, options: ImportOptions, slug = 'default') => {
    const project = await readProjectBySlug(slug)
    if (!project) throw new Error('no project')
    return importUpload(project, toBytes(file, 1_000), options, { nowMs: () => NOW_MS })
  }
  const createProject = (slug: string) => store.sql('insert into public.projects (slug, name) values ($1, $1)', [slug])
  const count = async (table: string, slug: string) => {
    const [row] = await store.sql<{ count: number }>(
      `select count(*)::int as count from public.${table} where project_id = (select id from public.projects where slug = $1)`,
      [slug],
    )
    return row?.count
  }

  test('stores a log in partitions of its own, counts what became of each line, and adds nothing the second time', async () => {
    await createProject('log')
    const first = await upload(gzipSync(LOG), { format: 'combined-log' }, 'log')
    expect(first).toEqual({
      records: 5,
      accepted: 3,
      duplicates: 0,
      skipped: 1,
      rejected: 1,
      badLines: [{ line: 5, reason: 'unreadable' }],
      from: '2019-03-10T12:00:00.000Z',
      to: '2019-03-10T12:00:00.000Z',
    })
    expect(await upload(LOG, { format: 'combined-log' }, 'log')).toMatchObject({
      accepted: 0,
      duplicates: 3,
      rejected: 1,
    })
    expect(await count('user_events', 'log')).toBe(3)
    expect(await count('user_events_201903', 'log')).toBe(3)
    const rows = await store.sql(
      'select bot_reasons, count(*)::int as count, count(distinct session_id)::int as sessions from public.user_events_201903 group by 1 order by 2',
    )
    expect(rows).toEqual([
      { bot_reasons: ['user_agent'], count: 1, sessions: 1 },
      { bot_reasons: null, count: 2, sessions: 1 },
    ])
  })

  test('keeps neither addresses nor agents, wherever one looks', async () => {
    const [found] = await store.sql<{ count: number }>(
      "select count(*)::int as count from public.user_events_201903 as e where to_jsonb(e)::text like any (array['%203.0.113%', '%Googlebot%', '%Windows%'])",
    )
    expect(found?.count).toBe(0)
  })

  test('follows the rules of ingestion: denied properties go, and a row the store refuses is said by its line', async () => {
    await createProject('rules')
    const lines = [
      {
        timestamp: NOW_MS,
        event: 'a',
        userId: 'ann',
        properties: { password: 'x', mail: 'ann@example.com', plan: 'pro' },
      },
      { timestamp: -62_200_000_000_000, event: 'before every calendar' },
      { timestamp: NOW_MS, event: 'x'.repeat(201) },
    ]
    const answer = await upload(lines.map((line) => JSON.stringify(line)).join('\n'), { format: 'ndjson' }, 'rules')
    expect(answer).toMatchObject({
      accepted: 1,
      badLines: [
        { line: 2, reason: 'refused_by_store' },
        { line: 3, reason: 'invalid_event' },
      ],
    })
    const [row] = await store.sql("select properties from public.user_events where event = 'a'")
    expect(row?.properties).not.toHaveProperty('password')
    expect(row?.properties).toHaveProperty('plan', 'pro')
    expect(JSON.stringify(row)).not.toContain('ann@example.com')
  })

  test('ties the people of another product together', async () => {
    await createProject('mixpanel')
    const event = (properties: object) => JSON.stringify({ event: 'a', properties: { time: NOW_MS, ...properties } })
    const file = [
      event({ distinct_id: '$device:d', $device_id: 'd', $insert_id: '1' }),
      event({ distinct_id: 'u', $device_id: 'd', $user_id: 'u', $insert_id: '2' }),
    ].join('\n')
    expect(await upload(file, { format: 'mixpanel' }, 'mixpanel')).toMatchObject({ records: 2, accepted: 2 })
    const [row] = await store.sql(
      "select count(distinct person_id)::int as people from public.person_events where project_id = (select id from public.projects where slug = 'mixpanel')",
    )
    expect(row).toEqual({ people: 1 })
  })

  test('web vitals among events become navigations, with the First Input Delay of old files, once', async () => {
    await createProject('vitals')
    const at = { timestamp: Date.UTC(2021, 4, 1), userId: 'ann', route: '/a?token=x' }
    const lines = [
      { ...at, event: 'a', id: '018daf23-89b3-7cf8-a4f1-94064c96df90' },
      { ...at, type: 'vitals', lcp: 2_000, cls: 0, fid: 16, device: 'Desktop', browser: 'Chrome' },
      { ...at, type: 'vitals', lcp: -1 },
      { ...at, type: 'vitals', fid: -1 },
      { ...at, type: 'vitals', lcp: 3_000, userAgent: 'Googlebot/2.1 (+http://www.google.com/bot.html)' },
      { ...at, event: 'x'.repeat(201) },
    ]
    const file = lines.map((line) => JSON.stringify(line)).join('\n')
    expect(await upload(file, { format: 'ndjson' }, 'vitals')).toMatchObject({
      records: 6,
      accepted: 3,
      rejected: 3,
      badLines: [3, 4, 6].map((line) => ({ line, reason: 'invalid_event' })),
    })
    expect(await upload(file, { format: 'ndjson' }, 'vitals')).toMatchObject({ accepted: 0, duplicates: 3 })
    expect(await count('user_events', 'vitals')).toBe(1)
    const rows = await store.sql(
      `select route, lcp::float8, cls::float8, fid::float8, device, browser, bot_reasons, count(*)::int as count
       from public.performance_metrics_202105 group by 1, 2, 3, 4, 5, 6, 7 order by lcp`,
    )
    expect(rows).toMatchObject([
      { route: '/a', lcp: 2_000, cls: 0, fid: 16, device: 'desktop', browser: 'Chrome', bot_reasons: null, count: 1 },
      { lcp: 3_000, fid: null, bot_reasons: ['user_agent'] },
    ])
  })

  test('an upload of which nothing more comes ends by itself, and the same file goes on from there', async () => {
    await createProject('stalled')
    const project = await readProjectBySlug('stalled')
    if (!project) throw new Error('no project')
    const lines = Array.from({ length: 1_001 }, (_, index) => JSON.stringify({ timestamp: NOW_MS, event: 'a', index }))
    const file = `${lines.join('\n')}\n`
    const stalled = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from(file)) })
    const services = { nowMs: () => NOW_MS, idleMs: 20 }
    await expect(importUpload(project, stalled, { format: 'ndjson' }, services)).rejects.toMatchObject({
      code: 'upload_stalled',
      details: { records: 1_000 },
    })
    expect(await count('user_events', 'stalled')).toBe(1_000)
    expect(await upload(file, { format: 'ndjson' }, 'stalled')).toMatchObject({ accepted: 1, duplicates: 1_000 })
  })

  test('a month of a wrong clock gets no table of its own', async () => {
    const ensure = createEnsurePartitions(NOW_MS)
    await ensure([0, Date.UTC(9000, 0), Date.UTC(2018, 5, 1)])
    const tables = await store.sql<{ name: string }>(
      "select relname as name from pg_class where relname in ('user_events_197001', 'user_events_900001', 'user_events_201806')",
    )
    expect(tables).toEqual([{ name: 'user_events_201806' }])
  })
})
