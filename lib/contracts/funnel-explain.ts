import { z } from 'zod'
import { checkFunnel, FUNNEL_QUERY_FIELDS } from './funnel'
import { condition } from './step'

/** Body of `POST /api/analytics/funnels/explain`. */
export const funnelExplainQuery = z
  .strictObject({
    ...FUNNEL_QUERY_FIELDS,
    personId: z.string().regex(/^-?\d{1,19}$/, 'expected the personId of a person'),
  })
  .superRefine(checkFunnel)
export type FunnelExplainQuery = z.output<typeof funnelExplainQuery>
export type FunnelExplainRequest = z.input<typeof funnelExplainQuery>

const at = z.iso.datetime()

/**
 * Why somebody got no further, or what says the contrary.
 * - `converted`: all steps were done.
 * - `never_entered`: step 1 never happened in the range.
 * - `never_did`: the event of the missing step did not happen after the step before.
 * - `condition_failed`: it did happen in time, but a condition of the step did not hold; `actual` is what was there, null when nothing was.
 * - `too_late`: it matched, `lateMs` after the window had ended.
 * - `too_early`: it matched only before the step that it should follow.
 * - `interrupted`: of a strict funnel; another event stood where the step should.
 * - `excluded`: an event that an exclusion names stood in the attempt.
 * - `another_session`: with unit session; it matched, but not in the session of the attempt.
 */
export const funnelReason = z.discriminatedUnion('code', [
  z.object({ code: z.literal('converted'), at }),
  z.object({ code: z.literal('never_entered') }),
  z.object({ code: z.literal('never_did'), windowEndedAt: at }),
  z.object({ code: z.literal('condition_failed'), at, key: z.string(), expected: condition, actual: z.json() }),
  z.object({ code: z.literal('too_late'), at, windowEndedAt: at, lateMs: z.int() }),
  z.object({ code: z.literal('too_early'), at }),
  z.object({ code: z.literal('interrupted'), at, event: z.string() }),
  z.object({ code: z.literal('excluded'), at, event: z.string(), exclusion: z.int() }),
  z.object({ code: z.literal('another_session'), at }),
])
export type FunnelReason = z.infer<typeof funnelReason>

/** Answer: the attempt that counts, the step that is missing (null when none is), and the reasons, the most telling first. */
export const funnelExplanation = z.object({
  personId: z.string(),
  reachedStep: z.int(),
  isExcluded: z.boolean(),
  /** The steps done, by the attempt that counts; empty when they never entered. */
  attempt: z.array(z.object({ step: z.int(), event: z.string(), at })),
  windowEndsAt: at.nullable(),
  missingStep: z.int().nullable(),
  reasons: z.array(funnelReason),
  /** False when the person has more events than were looked at (the first 10,000). */
  isComplete: z.boolean(),
})
export type FunnelExplanation = z.infer<typeof funnelExplanation>
