import { z } from 'zod'
import { RANGES } from '../core/time-range'
import { checkRange, instantMs } from './report-query'

/** Query of `GET /api/ingest/bots`: `range`, or `from` and `to`; neither means 24h. */
export const botGroupQuery = z
  .object({
    project: z.string().min(1).max(200).default('default'),
    range: z.enum(RANGES).optional(),
    from: instantMs.optional(),
    to: instantMs.optional(),
  })
  .superRefine((query, context) => {
    if (query.range === undefined && query.from === undefined && query.to === undefined) return
    checkRange(query, context)
  })

/** Rows marked as bots for the same reasons with the same agent; times are Unix ms of the first and the last of them. */
export const botGroup = z.object({
  reasons: z.array(z.string()),
  browser: z.string().nullable(),
  os: z.string().nullable(),
  rows: z.int().min(0),
  firstMs: z.int(),
  lastMs: z.int(),
})
export type BotGroup = z.infer<typeof botGroup>

/** Answer of `GET /api/ingest/bots`, the largest group first. */
export const botGroups = z.object({ reasons: z.array(botGroup) })
export type BotGroups = z.infer<typeof botGroups>

/** Body of `POST /api/ingest/bots/restore`: rows of exactly these reasons and this browser in `[from, to)` count as people's from now on. */
export const botRestoreRequest = z
  .strictObject({
    reasons: z.array(z.string().min(1).max(200)).min(1).max(20),
    /** Null for rows without a known browser. */
    browser: z.string().max(200).nullable(),
    from: instantMs,
    to: instantMs,
  })
  .superRefine(({ from, to }, context) => {
    if (from >= to) context.addIssue({ code: 'custom', path: ['to'], message: '`to` must lie after `from`' })
  })

/** Answer of `POST /api/ingest/bots/restore`: rows that count from now on. */
export const botRestoreAnswer = z.object({ restored: z.int().min(0) })
export type BotRestoreAnswer = z.infer<typeof botRestoreAnswer>
