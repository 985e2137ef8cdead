import { afterAll, beforeAll } from 'vitest'
import { nextProject } from '../../sql/reports/rows'
import { insertVisits, NOON } from '../../sql/reports/visits'
import { openTestStore } from '../../support/store'
import { createProject } from './project'

/** The two hours of the visits of `insertVisits`, and an instant after them. */
export const RANGE = { from: NOON, to: NOON + 7_200_000 }
export const LATER = NOON + 7_200_000

/** A project with the visits of `insertVisits`. The readers on top of SQL that both stores are tested with need one of them. */
export function prepareVisits() {
  const project = createProject(nextProject())
  let store: Awaited<ReturnType<typeof openTestStore>> | undefined
  beforeAll(async () => {
    store = await openTestStore('pglite')
    await insertVisits(store, project.id)
  })
  afterAll(() => store?.close())
  return project
}
