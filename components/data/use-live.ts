'use client'

import { useEffect, useRef, useState } from 'react'
import { type LiveEvent, type LiveReport, liveReport } from '@/lib/contracts/live'
import { toRequestPath } from './report-query'
import { RequestError } from './request-error'
import { sendRequest } from './send-request'

/** Between the end of one answer and the next question. */
const POLL_MS = 2_000
/** After a failure: the server may be starting, and its people are many. */
const POLL_AFTER_FAILURE_MS = 10_000
/** The stream keeps so many of the latest events. */
export const LIVE_EVENTS_KEPT = 200

export type LiveState = {
  data: LiveReport | undefined
  /** Every event that arrived since the page was opened and is still kept, the latest first. */
  events: readonly LiveEvent[]
  error: RequestError | undefined
  isLoading: boolean
  reload: () => Promise<unknown>
}

/** The events seen so far with what an answer brought before them: each once, no more than are kept. */
export function addEvents(seen: readonly LiveEvent[], arrived: readonly LiveEvent[]): readonly LiveEvent[] {
  const known = new Set(seen.map(({ id }) => id))
  const fresh = arrived.filter(({ id }) => !known.has(id))
  return fresh.length === 0 ? seen : [...fresh, ...seen].slice(0, LIVE_EVENTS_KEPT)
}

/** What happens now, asked every two seconds while the page is seen and `isPaused` is false. */
export function useLive(project: string, isPaused: boolean): LiveState {
  const [data, setData] = useState<LiveReport>()
  const [events, setEvents] = useState<readonly LiveEvent[]>([])
  const [error, setError] = useState<RequestError>()
  const [attempt, setAttempt] = useState(0)
  const cursor = useRef<string | undefined>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks at once
  useEffect(() => {
    if (isPaused) return
    const ended = new AbortController()
    let timer: number | undefined
    const ask = async () => {
      const isSeen = document.visibilityState === 'visible'
      const failed = isSeen && (await read())
      if (!ended.signal.aborted) timer = window.setTimeout(ask, failed ? POLL_AFTER_FAILURE_MS : POLL_MS)
    }
    const read = async (): Promise<boolean> => {
      try {
        const path = toRequestPath({ path: '/api/analytics/live', query: { project, after: cursor.current } })
        const live = (await sendRequest(path, { answer: liveReport, signal: ended.signal })).data
        cursor.current = live.cursor
        setData(live)
        setEvents((seen) => addEvents(seen, live.events))
        setError(undefined)
        return false
      } catch (failure) {
        if (ended.signal.aborted) return false
        if (!(failure instanceof RequestError)) throw failure
        setError(failure)
        return true
      }
    }
    void ask()
    return () => {
      ended.abort()
      window.clearTimeout(timer)
    }
  }, [project, isPaused, attempt])
  return {
    data,
    events,
    error,
    isLoading: data === undefined && error === undefined,
    reload: async () => setAttempt(attempt + 1),
  }
}
