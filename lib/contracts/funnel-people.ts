import { z } from 'zod'
import { checkFunnel, FUNNEL_QUERY_FIELDS, FUNNEL_STEPS_MAX } from './funnel'

/** `converted`: reached the step. `dropped`: reached the one before and not this. `excluded`: left the funnel altogether. */
export const FUNNEL_OUTCOMES = ['converted', 'dropped', 'excluded'] as const
export type FunnelOutcome = (typeof FUNNEL_OUTCOMES)[number]

/** Body of `POST /api/analytics/funnels/people`. `step` counts from 1; nobody drops at step 1, and `excluded` knows no step. */
export const funnelPeopleQuery = z
  .strictObject({
    ...FUNNEL_QUERY_FIELDS,
    step: z.int().min(1).max(FUNNEL_STEPS_MAX),
    outcome: z.enum(FUNNEL_OUTCOMES).default('converted'),
    limit: z.int().min(1).max(200).default(50),
    /** `next` of the page before. */
    cursor: z
      .string()
      .regex(/^-?\d{1,16}\.-?\d{1,20}$/, 'expected `next` of an earlier answer')
      .optional(),
  })
  .superRefine((query, context) => {
    checkFunnel(query, context)
    if (query.step > query.steps.length) {
      context.addIssue({ code: 'custom', path: ['step'], message: `expected a step from 1 to ${query.steps.length}` })
    }
  })
export type FunnelPeopleQuery = z.output<typeof funnelPeopleQuery>
export type FunnelPeopleRequest = z.input<typeof funnelPeopleQuery>

export const funnelPerson = z.object({
  /** Text of a signed 64-bit integer: `/admin/people/<personId>` is that person's timeline. */
  personId: z.string(),
  /** The application's own user id, where there is one. */
  externalId: z.string().nullable(),
  /** When their attempt that counts began, and when it got to its furthest step. */
  startedAt: z.iso.datetime(),
  lastStepAt: z.iso.datetime(),
  reachedStep: z.int(),
})
export type FunnelPerson = z.infer<typeof funnelPerson>

/** Answer: those who began last come first. With unit session a person is there once, by the session that began last. */
export const funnelPeople = z.object({ items: z.array(funnelPerson), next: z.string().nullable() })
export type FunnelPeople = z.infer<typeof funnelPeople>
