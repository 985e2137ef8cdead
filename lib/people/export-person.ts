import 'server-only'
import type { PersonReference } from '../contracts/people'
import { PERSON_TABLES, readPersonActors, readPersonRecords, readPersonRows } from '../database/people'
import type { Project } from '../database/projects'
import { toNamedActors } from './person-actors'

/**
 * Everything that is stored of a person, as the pieces of one JSON text:
 * `{ exportedAt, project, actorIds, tables: { <table>: [ <row as stored> … ] } }`. All tables are there, the empty ones too. A
 * page of rows is held at a time. Fails where the store does; a text that breaks off is no JSON.
 */
export async function* exportPerson(
  project: Project,
  reference: PersonReference,
  { nowMs, rowsPerCall, rowsPerPage }: { nowMs: number; rowsPerCall?: number; rowsPerPage?: number },
): AsyncGenerator<string> {
  const actorIds = await readPersonActors(project.id, toNamedActors(project, reference))
  const records = await readPersonRecords(project.id, actorIds)
  const head = { exportedAt: new Date(nowMs).toISOString(), project: project.slug, actorIds }
  yield `${JSON.stringify(head).slice(0, -1)},"tables":{`
  yield Object.entries(records)
    .map(([table, rows]) => `${JSON.stringify(table)}:${JSON.stringify(rows)}`)
    .join(',')
  for (const table of PERSON_TABLES) {
    yield `,${JSON.stringify(table)}:[`
    let isFirst = true
    const pages = readPersonRows(project.id, actorIds, table, {
      ...(rowsPerCall && { rowsPerCall }),
      ...(rowsPerPage && { rowsPerPage }),
    })
    for await (const rows of pages) {
      const text = JSON.stringify(rows).slice(1, -1)
      yield isFirst ? text : `,${text}`
      isFirst = false
    }
    yield ']'
  }
  yield '}}\n'
}
