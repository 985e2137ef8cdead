import { z } from 'zod'
import { RANGES } from '../core/time-range'
import { reportFilter } from './report-filter'
import { checkRange, instantMs, timezone } from './report-query'
import { eventStep } from './step'

/** How many steps from the anchor a question may go, and how many values each step may name. */
export const PATH_DEPTH_MAX = 5
export const PATH_BRANCHES_MAX = 10

/**
 * Body of `POST /api/analytics/paths`: what people did next after an anchor, or just before it, within one session.
 * `anchor` null is the session's start, or its end when looking back. A session's first event that matches the anchor counts.
 * `by` names steps by event, or by the route of page views. A filter keeps sessions of which at least one event matches it.
 */
export const pathsQuery = z
  .strictObject({
    from: instantMs.optional(),
    to: instantMs.optional(),
    range: z.enum(RANGES).optional(),
    timezone: timezone.optional(),
    filter: reportFilter.optional(),
    /** Marked bots are left out unless this is true. */
    bots: z.boolean().default(false),
    anchor: eventStep.nullable().default(null),
    direction: z.enum(['after', 'before']).default('after'),
    depth: z.int().min(1).max(PATH_DEPTH_MAX).default(3),
    branches: z.int().min(1).max(PATH_BRANCHES_MAX).default(5),
    by: z.enum(['event', 'page']).default('page'),
  })
  .superRefine((query, context) => {
    checkRange(query, context)
  })
export type PathsQuery = z.output<typeof pathsQuery>
/** The body as a caller writes it. */
export type PathsRequest = z.input<typeof pathsQuery>

const counts = { people: z.int().min(0), sessions: z.int().min(0) }

/**
 * A value at a depth: the anchor (depth 0), a named event or page, all other values pooled, or the session's end (its start
 * when looking back). `people` of pooled values counts each person once.
 */
export const pathNode = z.object({
  /** Unique in the answer: `<depth>:<kind>` and for a value `:<value>`. */
  id: z.string(),
  depth: z.int().min(0).max(PATH_DEPTH_MAX),
  kind: z.enum(['anchor', 'value', 'other', 'exit']),
  /** Event name or route; null for every kind but `value`. */
  value: z.string().nullable(),
  ...counts,
})
export type PathNode = z.infer<typeof pathNode>

/** How many went from a node to one of the next depth; `source` and `target` are ids. */
export const pathLink = z.object({ source: z.string(), target: z.string(), ...counts })
export type PathLink = z.infer<typeof pathLink>

/**
 * Answer of `POST /api/analytics/paths`. Each session gives one path; the sessions that leave a node equal those that reached
 * it, except at the last depth and at an exit. Nodes by depth, then by sessions, pooled and exit last.
 */
export const pathsReport = z.object({
  /** Sessions that hold the anchor, and their people. */
  anchored: z.object(counts),
  /** All sessions of the range that the filter keeps. */
  total: z.object(counts),
  nodes: z.array(pathNode),
  links: z.array(pathLink),
})
export type PathsReport = z.infer<typeof pathsReport>
