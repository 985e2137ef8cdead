import { z } from 'zod'
import { collectContext } from './collect-events'
import { NAME_LENGTH_MAX } from './collect-limits'

const text = z.string().max(NAME_LENGTH_MAX).nullish()
/** As long as it likes: what is over the limit is cut off. */
const url = z.string().nullish()
/** A duration or score: finite, never negative. Null and absent both mean "not known (yet)". */
const measure = z.number().min(0).nullish()

const identity = { id: z.guid(), timestamp: z.int(), sessionId: text, anonymousId: text, userId: text }

/**
 * The vitals of one navigation. Sent again with the same `id` and `timestamp` and a higher `seq` when values become final;
 * per field the higher `seq` wins and null never overwrites.
 */
export const collectedVitals = z.object({
  ...identity,
  seq: z.int().min(0).max(32_767).default(0),
  route: url,
  navigationType: text,
  lcp: measure,
  inp: measure,
  cls: measure,
  fcp: measure,
  ttfb: measure,
  /** By metric name: what caused the value, as web-vitals reports it. */
  attribution: z.record(z.string(), z.json()).nullish(),
  connection: text,
  device: text,
  release: text,
  custom: z.record(z.string().min(1).max(NAME_LENGTH_MAX), z.number()).nullish(),
})
export type CollectedVitals = z.infer<typeof collectedVitals>

/** One call to a model. An `error` of more than 1,024 characters is cut. `timestamp` is its start, `duration` ms; `requestId` identifies it when `id` is absent. */
export const collectedAiCall = z.object({
  id: z.guid().optional(),
  requestId: text,
  timestamp: z.int(),
  endpoint: text,
  model: text,
  tokens: z.int().min(0).nullish(),
  duration: measure,
  success: z.boolean().default(true),
  error: z.string().nullish(),
  cacheHit: z.boolean().default(false),
  costUsd: z.number().min(0).nullish(),
  userId: text,
})
export type CollectedAiCall = z.infer<typeof collectedAiCall>

/** One database query. `timestamp` is its start, `duration` ms, `query` its normalised text without literals, cut at 10,000. */
export const collectedDatabaseQuery = z.object({
  id: z.guid(),
  timestamp: z.int(),
  query: z.string().min(1),
  duration: z.number().min(0),
  rows: z.int().min(0).nullish(),
  cached: z.boolean().default(false),
  userId: text,
})
export type CollectedDatabaseQuery = z.infer<typeof collectedDatabaseQuery>

/** Body of the three metric routes: the shape of the batch only; metrics are checked one by one afterwards. */
export const metricBatch = z.object({
  key: z.string().max(NAME_LENGTH_MAX).optional(),
  sentAt: z.int().optional(),
  context: collectContext.optional(),
  metrics: z.array(z.unknown()),
})
