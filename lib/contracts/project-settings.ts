import { z } from 'zod'
import { projectPolicy, projectPolicyPatch } from './project-policy'
import { timezone } from './report-query'
import { role } from './session'

/** `https://shop.example`, lower case, no path: what a browser sends as `Origin`. */
export const origin = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, {
    message: 'expected an origin such as https://shop.example, without a path',
  })

// A NUL or half a character is nothing that Postgres can keep, and line breaks would fall out of every list of names.
const line = z
  .string()
  .trim()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'expected one line of text, without control characters' })

/** Answer of `GET /api/projects/[slug]`; body of `PATCH` is any part of it but `slug`. */
export const projectSettings = z.object({
  slug: z.string(),
  name: z.string(),
  timezone: z.string(),
  allowedOrigins: z.array(z.string()),
  /** What is kept of people, and for how long; fields the project never set are the defaults. */
  settings: projectPolicy,
})
export type ProjectSettings = z.infer<typeof projectSettings>
export const projectSettingsPatch = z.strictObject({
  name: line.min(1).optional(),
  timezone: timezone.optional(),
  allowedOrigins: z.array(origin).max(100).optional(),
  settings: projectPolicyPatch.optional(),
})

/** A key as it is listed: its first characters only; the whole key is shown once, when it is made. */
export const projectKey = z.object({
  id: z.string(),
  kind: z.enum(['publishable', 'secret']),
  prefix: z.string(),
  label: z.string(),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  /** From then on the key is as unknown as a revoked one; null for one that does not end by itself. */
  expiresAt: z.iso.datetime().nullable(),
})
export type ProjectKey = z.infer<typeof projectKey>
/** Body of `POST /api/projects/[slug]/keys`. An expiry lies in the next ten years, by the clock of the store, which ends the key. */
export const projectKeyRequest = z.strictObject({
  kind: z.enum(['publishable', 'secret']),
  label: line.default(''),
  expiresAt: z.iso.datetime().nullable().default(null),
})
/** Answer of creating or rotating (`POST …/keys/[id]/rotate`): the only time the key itself is shown. */
export const createdProjectKey = z.object({ ...projectKey.shape, key: z.string() })
export type CreatedProjectKey = z.infer<typeof createdProjectKey>

/** A member as listed by `GET /api/projects/[slug]/members`. */
export const member = z.object({ id: z.string(), email: z.string(), role, createdAt: z.iso.datetime() })
export type Member = z.infer<typeof member>
/** Body of `POST …/members`. A person without an account gets one, with the password that the answer shows once. */
export const memberRequest = z.strictObject({ email: z.email().max(320), role })
export const createdMember = z.object({ ...member.shape, initialPassword: z.string().nullable() })
export type CreatedMember = z.infer<typeof createdMember>
/** Body of `PATCH …/members/[id]`. */
export const memberPatch = z.strictObject({ role })
