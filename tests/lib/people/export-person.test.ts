import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import type { PersonReference } from '../../../lib/contracts/people'
import { appendEvents } from '../../../lib/database/events'
import type { Project } from '../../../lib/database/projects'
import { exportPerson } from '../../../lib/people/export-person'
import { describeStores } from '../../support/store'
import { findTraces, LIVED, live, openProject, toNeedles } from './traces'

const AT = Date.UTC(2026, 2, 10, 12)
const ann = { userId: 'ann-7', anonymousIds: ['ann-laptop', 'ann-phone'] }
const bob = { userId: 'bob-9', anonymousIds: ['bob-laptop', 'bob-phone'] }
type Exported = { actorIds: string[]; project: string; exportedAt: string; tables: Record<string, object[]> }

describeStores('exporting a person', (store) => {
  const read = async (project: Project, reference: PersonReference, pages: object = {}): Promise<Exported> => {
    let text = ''
    for await (const piece of exportPerson(project, reference, { nowMs: AT, ...pages })) text += piece
    return JSON.parse(text)
  }

  test('gives every row of theirs that any table holds, whole, and nobody else’s', async () => {
    const project = await openProject(store, 'export-1')
    await live(project, ann, AT)
    await live(project, bob, AT)
    const exported = await read(project, { anonymousId: 'ann-laptop' })
    expect(Object.fromEntries(Object.entries(exported.tables).map(([table, rows]) => [table, rows.length]))).toEqual(
      LIVED,
    )
    expect(exported).toMatchObject({ project: 'export-1', exportedAt: new Date(AT).toISOString() })
    const stored = await findTraces(store, toNeedles(project, ann))
    expect(Object.values(exported.tables).flat()).toHaveLength(stored.length)
    for (const [table, rows] of Object.entries(exported.tables)) {
      for (const row of rows) expect(stored).toContainEqual(expect.stringContaining(toKey(table, row)))
    }
    for (const needle of toNeedles(project, bob)) expect(JSON.stringify(exported)).not.toContain(needle)
  })

  test('is the same however it is paged', async () => {
    const project = await openProject(store, 'export-2')
    for (let index = 0; index < 5; index += 1) await live(project, ann, AT + index)
    const whole = await read(project, { userId: ann.userId })
    expect(whole.tables.user_events).toHaveLength(5 * LIVED.user_events)
    for (const pages of [{ rowsPerPage: 1 }, { rowsPerCall: 1 }, { rowsPerCall: 3, rowsPerPage: 2 }]) {
      expect(await read(project, { userId: ann.userId }, pages)).toEqual(whole)
    }
  })

  test('gives 64-bit keys as text, as readers of JSON end at 2^53', async () => {
    const project = await openProject(store, 'export-3')
    await live(project, { userId: 'u', anonymousIds: [] }, AT)
    await store.sql('update public.user_events set visitor_id = 9007199254740993 where project_id = $1', [project.id])
    const { tables } = await read(project, { userId: 'u' })
    expect(tables.user_events).toMatchObject([{ visitor_id: '9007199254740993' }])
  })

  test('says what is known of their browsers in words', async () => {
    const project = await openProject(store, 'export-6')
    const agent = { device: 'desktop', browser: 'Firefox', os: null }
    const actorId = toActorId(project.hashKey, 'a')
    const row = { id: crypto.randomUUID(), type: 'event' as const, event: 'seen', actorId, timestamp: AT }
    await appendEvents(project.id, [{ ...row, ...agent }])
    expect((await read(project, { anonymousId: 'a' })).tables.user_events).toMatchObject([agent])
  })

  test('does not say who else signed in on the same browser', async () => {
    const project = await openProject(store, 'export-5')
    await live(project, { userId: 'ann-7', anonymousIds: ['shared'] }, AT)
    await live(project, { userId: 'bob-9', anonymousIds: ['shared'] }, AT + 1)
    const exported = await read(project, { anonymousId: 'shared' })
    expect(exported.tables.identifications).toHaveLength(2)
    const bob = toNeedles(project, { userId: 'bob-9', anonymousIds: [] })
    for (const needle of bob) expect(JSON.stringify(exported.tables.identifications)).not.toContain(needle)
    const letters = exported.tables.dead_letters as { content: Record<string, unknown> }[]
    expect(letters.map(({ content }) => content.external_id)).toEqual(['ann-7', 'ann-7', undefined])
    expect(bob).not.toContain(letters[2]?.content.actor_id)
  })

  test('of somebody unknown names every table, and no row', async () => {
    const project = await openProject(store, 'export-4')
    const { tables } = await read(project, { userId: 'nobody' })
    expect(Object.keys(tables).sort()).toEqual(Object.keys(LIVED).sort())
    expect(Object.values(tables).flat()).toEqual([])
  })
})

/** What tells a stored row apart in its text. */
function toKey(table: string, row: object): string {
  if (table === 'actor_person') return `"actor_id": "${(row as { actor_id: string }).actor_id}"`
  return (row as { id: string }).id
}
