import { expect, test } from 'vitest'
import { type EventExportQuery, eventExportQuery, exportedEvent } from '../../../lib/contracts/export'
import { readProjectBySlug } from '../../../lib/database/projects'
import { importUpload } from '../../../lib/import/import-upload'
import { exportEvents } from '../../../lib/insights/export-events'
import { describeStores } from '../../support/store'
import { toBytes } from '../import/bytes'

const AT = Date.UTC(2026, 2, 10)
const LINES = [
  {
    timestamp: AT,
    event: 'paid',
    userId: 'ann',
    sessionId: 's1',
    properties: { revenue: 5, note: '=1+1', tags: ['a', 'b'] },
  },
  {
    timestamp: AT + 1,
    event: '$pageview',
    anonymousId: 'x',
    route: '/a,b?utm_source=news',
    device: 'Mobile',
    browser: 'fxios',
    country: 'de',
  },
  { timestamp: AT + 2, event: '$pageview', anonymousId: 'y', userAgent: 'Googlebot/2.1' },
  { timestamp: AT + 3, event: 'two\nlines "quoted"', anonymousId: 'x' },
]

describeStores('exporting events', (store) => {
  const open = async (slug: string) => {
    await store.sql('insert into public.projects (slug, name) values ($1, $1)', [slug])
    const project = await readProjectBySlug(slug)
    if (!project) throw new Error('no project')
    return project
  }
  type Project = Awaited<ReturnType<typeof open>>
  const upload = (project: Project, text: string, format: 'ndjson' | 'csv') =>
    importUpload(project, toBytes(text, 1_000), { format }, { nowMs: () => AT })
  const read = async (project: Project, rest: Partial<EventExportQuery> = {}, rowsPerPage = 2) => {
    const query = eventExportQuery.parse({ from: AT, to: AT + 10, ...rest })
    let text = ''
    for await (const piece of exportEvents(project, query, { nowMs: AT, rowsPerPage })) text += piece
    return text
  }
  const toContent = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => {
        const { id, actorId, personId, userId, ...content } = exportedEvent.parse(JSON.parse(line))
        return content
      })

  test('gives each event as the contract says, bots only when asked for', async () => {
    const project = await open('export-lines')
    await upload(project, LINES.map((line) => JSON.stringify(line)).join('\n'), 'ndjson')
    const text = await read(project)
    expect(toContent(text)).toMatchObject([
      {
        event: 'paid',
        timestamp: '2026-03-10T00:00:00.000Z',
        sessionId: 's1',
        properties: { revenue: 5, note: '=1+1', tags: ['a', 'b'] },
      },
      {
        event: '$pageview',
        route: '/a,b?utm_source=news',
        utmSource: 'news',
        device: 'mobile',
        browser: 'Firefox',
        country: 'DE',
      },
      { event: 'two\nlines "quoted"' },
    ])
    expect(toContent(await read(project, { bots: 'true' }))).toHaveLength(4)
  })

  test('says the user as the application does, and one person by one id', async () => {
    const project = await open('export-people')
    const lines = [
      { timestamp: AT, event: 'a', anonymousId: 'x' },
      { type: 'identify', timestamp: AT + 1, userId: 'ann', anonymousId: 'x' },
      { timestamp: AT + 2, event: 'b', userId: 'ann' },
    ]
    await upload(project, lines.map((line) => JSON.stringify(line)).join('\n'), 'ndjson')
    const events = (await read(project))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map(({ userId }) => userId)).toEqual([null, 'ann'])
    expect(new Set(events.map(({ personId }) => personId)).size).toBe(1)
  })

  test('what was exported can be imported again, as lines of JSON and as CSV, and says the same', async () => {
    const source = await open('export-source')
    await upload(source, LINES.map((line) => JSON.stringify(line)).join('\n'), 'ndjson')
    const lines = await read(source, { bots: 'true' })
    for (const format of ['ndjson', 'csv'] as const) {
      const copy = await open(`export-copy-${format}`)
      const file = await read(source, { format, bots: 'true' })
      expect(await upload(copy, file, format)).toMatchObject({ accepted: LINES.length, rejected: 0 })
      expect(await upload(copy, file, format)).toMatchObject({ accepted: 0, duplicates: LINES.length })
      expect(toContent(await read(copy, { bots: 'true' }))).toEqual(toContent(lines))
    }
  })

  test('of nothing is no line, or the header alone', async () => {
    const project = await open('export-nothing')
    expect(await read(project)).toBe('')
    expect(await read(project, { format: 'csv' })).toMatch(/^id,timestamp,event,[\w,]+\r\n$/)
  })
})
