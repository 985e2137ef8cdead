import { z } from 'zod'
import { NAME_LENGTH_MAX } from './collect-limits'

const name = z.string().min(1).max(NAME_LENGTH_MAX)
/** Optional text that an empty string or null leaves out. */
const optionalName = z.string().max(NAME_LENGTH_MAX).nullish()
/** As long as it likes: the query string goes, and what is over the limit is cut off. */
const optionalUrl = z.string().nullish()

/** Defaults for every item of a batch; an item may override each of them. */
export const collectContext = z.object({
  sessionId: optionalName,
  anonymousId: optionalName,
  userId: optionalName,
  route: optionalUrl,
  referrer: optionalUrl,
  release: optionalName,
  /** `anonymous` (the default) or `full`: whether the browser may be recognised beyond this tab's session. */
  consent: z.enum(['anonymous', 'full']).optional(),
  /** HMAC-SHA256 of the user id under the hex SHA-256 of a secret key, hex: lets a browser set traits. */
  userToken: z.string().max(512).nullish(),
  /** The end user's agent and address, from a server that relays for them; ignored with a publishable key. */
  userAgent: z.string().max(1_024).nullish().catch(null).optional(),
  ip: z.string().max(64).nullish().catch(null).optional(),
  /** `navigator.webdriver`: a program drives this browser. */
  webdriver: z.boolean().nullish().catch(null).optional(),
  /** Items the browser had to give up since it last said so, for want of room. */
  dropped: z.int().min(0).max(1_000_000).nullish().catch(null).optional(),
})
export type CollectContext = z.infer<typeof collectContext>

const overrides = {
  id: z.guid(),
  timestamp: z.int(),
  sessionId: optionalName,
  anonymousId: optionalName,
  userId: optionalName,
  route: optionalUrl,
  referrer: optionalUrl,
  release: optionalName,
}
const properties = z.record(z.string(), z.json()).nullish()

export const collectedEvent = z.object({ ...overrides, type: z.literal('event').optional(), event: name, properties })
export const collectedConversion = z.object({
  ...overrides,
  type: z.literal('conversion'),
  funnel: name,
  step: name,
  properties,
})
export const collectedIdentify = z.object({
  ...overrides,
  type: z.literal('identify'),
  userId: name,
  traits: z.record(z.string(), z.json()).nullish(),
})
/** One item as the SDK sends it. Each is checked by itself, so that a bad one never takes its neighbours down. */
export type CollectedItem =
  | z.infer<typeof collectedEvent>
  | z.infer<typeof collectedConversion>
  | z.infer<typeof collectedIdentify>

/** Body of `POST /api/analytics/events`: the shape of the batch only; items are checked one by one afterwards. */
export const eventBatch = z.object({
  key: z.string().max(NAME_LENGTH_MAX).optional(),
  /** The sender's clock when the batch left, Unix ms. Required with a publishable key. */
  sentAt: z.int().optional(),
  context: collectContext.optional(),
  events: z.array(z.unknown()),
})
export type EventBatch = { key?: string; sentAt?: number; context?: CollectContext; events: CollectedItem[] }
