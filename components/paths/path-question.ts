import { PATH_BRANCHES_MAX, PATH_DEPTH_MAX, type PathsRequest } from '@/lib/contracts/paths'
import type { EventStep } from '@/lib/contracts/step'

/** What the page asks besides its range and filters; it lives in the address. */
export type PathQuestion = {
  /** Where paths begin: the session's start (or end), a page or an event. */
  anchor: { kind: 'session' } | { kind: 'page' | 'event'; name: string }
  direction: 'after' | 'before'
  depth: number
  branches: number
  by: 'page' | 'event'
}

export const PATH_DEFAULTS: PathQuestion = {
  anchor: { kind: 'session' },
  direction: 'after',
  depth: 3,
  branches: 5,
  by: 'page',
}

/** The question in a query string; what is missing or not understood falls back to `PATH_DEFAULTS`. */
export function parsePathQuestion(search: Pick<URLSearchParams, 'get'>): PathQuestion {
  const page = search.get('page')
  const event = search.get('event')
  return {
    anchor: page ? { kind: 'page', name: page } : event ? { kind: 'event', name: event } : { kind: 'session' },
    direction: search.get('direction') === 'before' ? 'before' : 'after',
    depth: toCount(search.get('depth'), PATH_DEPTH_MAX) ?? PATH_DEFAULTS.depth,
    branches: toCount(search.get('branches'), PATH_BRANCHES_MAX) ?? PATH_DEFAULTS.branches,
    by: search.get('by') === 'event' ? 'event' : 'page',
  }
}

function toCount(text: string | null, max: number): number | null {
  const count = Number(text)
  return text && Number.isInteger(count) && count >= 1 && count <= max ? count : null
}

/** The parameters that a change sets in the address; null takes one out, as it is where the value is the default. */
export function toPathParams(change: Partial<PathQuestion>): Record<string, string | null> {
  const { anchor, direction, depth, branches, by } = change
  return {
    ...(anchor && {
      page: anchor.kind === 'page' ? anchor.name : null,
      event: anchor.kind === 'event' ? anchor.name : null,
    }),
    ...(direction && { direction: direction === PATH_DEFAULTS.direction ? null : direction }),
    ...(depth && { depth: depth === PATH_DEFAULTS.depth ? null : String(depth) }),
    ...(branches && { branches: branches === PATH_DEFAULTS.branches ? null : String(branches) }),
    ...(by && { by: by === PATH_DEFAULTS.by ? null : by }),
  }
}

/** The question as the route takes it, without range and filter. */
export function toPathBody(
  question: PathQuestion,
): Pick<PathsRequest, 'anchor' | 'direction' | 'depth' | 'branches' | 'by'> {
  return { ...question, anchor: toAnchorStep(question.anchor) }
}

function toAnchorStep(anchor: PathQuestion['anchor']): EventStep | null {
  if (anchor.kind === 'session') return null
  return anchor.kind === 'event' ? { event: anchor.name } : { event: '$pageview', where: { $route: anchor.name } }
}

/** Where paths begin, in words. */
export function toAnchorText({ anchor, direction }: Pick<PathQuestion, 'anchor' | 'direction'>): string {
  if (anchor.kind !== 'session') return anchor.name
  return direction === 'after' ? 'Session starts' : 'Session ends'
}
