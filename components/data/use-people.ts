'use client'

import { type PersonList, personList } from '@/lib/contracts/person-list'
import { type SessionPage, sessionPage } from '@/lib/contracts/sessions'
import { type Timeline, timeline } from '@/lib/contracts/timeline'
import { type ReportQuery, toSearch } from './report-query'
import { type PagesState, usePages } from './use-pages'

const ROOT = '/api/people'

/** Who was active, or whom a search finds; the latest first. */
export function usePersonList(query: ReportQuery, search: string | null): PagesState<PersonList> {
  const asked = { ...query, search: search ?? undefined }
  return usePages((next) => `${ROOT}?${toSearch({ ...asked, after: next ?? undefined })}`, personList)
}

/** Sessions one by one, the latest first. */
export function useSessionList(query: ReportQuery): PagesState<SessionPage> {
  return usePages((next) => `${ROOT}/sessions?${toSearch({ ...query, after: next ?? undefined })}`, sessionPage)
}

/** Who somebody is and what they did, the latest first. */
export function useTimeline(project: string, personId: string): PagesState<Timeline> {
  return usePages((next) => `${ROOT}/${personId}?${toSearch({ project, before: next ?? undefined })}`, timeline)
}
