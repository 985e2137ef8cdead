import { z } from 'zod'
import { viewQuery } from './saved-view'

/** A link ends after this many days at the latest. */
export const SHARE_DAYS_MAX = 90

/** The pages that show reports alone, and so can be shown to somebody without an account. */
export const SHAREABLE_PATHS = [
  '/admin',
  '/admin/vitals',
  '/admin/funnels',
  '/admin/retention',
  '/admin/features',
  '/admin/paths',
] as const
export type ShareablePath = (typeof SHAREABLE_PATHS)[number]

/** What a link's token looks like: 256 random bits in base64url. Bearer of its own data requests, too. */
export const SHARE_TOKEN = /^share_[A-Za-z0-9_-]{43}$/

/** A read-only link as `GET /api/shares` lists it, newest first. The token itself is shown once, when it is made. */
export const share = z.object({
  id: z.string(),
  path: z.enum(SHAREABLE_PATHS),
  query: z.string(),
  createdAt: z.iso.datetime(),
  /** The address of the member who made it. */
  createdBy: z.string(),
  expiresAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
})
export type Share = z.infer<typeof share>

/** Body of `POST /api/shares`. The expiry lies in the next 90 days, by the clock of the store, which ends the link. */
export const shareRequest = z.strictObject({
  path: z.enum(SHAREABLE_PATHS),
  query: viewQuery.default(''),
  expiresAt: z.iso.datetime({ offset: true }),
})
export type ShareRequest = z.output<typeof shareRequest>

/** Answer of `POST /api/shares`: the only place that ever holds the token. The link is `/share/<token>`. */
export const createdShare = z.object({ ...share.shape, token: z.string() })
export type CreatedShare = z.infer<typeof createdShare>
