'use client'

import { type PersonList, personList } from '@/lib/contracts/person-list'
import { type SessionPage, sessionPage } from '@/lib/contracts/sessions'
import { type Timeline, timeline } from '@/lib/contracts/timeline'
import { type ReportQuery, toSearch } from './report-query'
import { type PagesState, usePages } from './use-pages'

const ROOT = '/api/people'

/** Who was active, or among known people whom a search finds; the latest first. */
export function usePersonList(query: ReportQuery, search: string | null): PagesState<PersonList> {
  return usePages(
    (next) =>
      search === null
        ? { path: `${ROOT}?${toSearch({ ...query, after: next ?? undefined })}` }
        : // In the body: an address is written into logs, and this one would name a person.
          {
            path: `${ROOT}/search?${toSearch({ project: query.project })}`,
            body: { search, ...(next && { after: next }) },
          },
    personList,
  )
}

/** Sessions one by one, the latest first. */
export function useSessionList(query: ReportQuery): PagesState<SessionPage> {
  return usePages(
    (next) => ({ path: `${ROOT}/sessions?${toSearch({ ...query, after: next ?? undefined })}` }),
    sessionPage,
  )
}

/** Who somebody is and what they did, the latest first. */
export function useTimeline(project: string, personId: string): PagesState<Timeline> {
  return usePages(
    (next) => ({ path: `${ROOT}/${personId}?${toSearch({ project, before: next ?? undefined })}` }),
    timeline,
  )
}
