import { z } from 'zod'

/** What a member may do in a project; each role includes the ones after it. */
export const ROLES = ['admin', 'operator', 'viewer'] as const
export const role = z.enum(ROLES)
export type Role = z.infer<typeof role>

/** Body of `POST /api/auth/sign-in`. */
export const signInRequest = z.strictObject({ email: z.email().max(320), password: z.string().min(1).max(1_024) })

/** Answer of `POST /api/auth/sign-in`, `POST /api/auth/refresh` and `GET /api/auth/session`. Tokens travel in HttpOnly cookies only. */
export const sessionAnswer = z.object({
  member: z.object({ id: z.string(), email: z.string() }),
  projects: z.array(z.object({ slug: z.string(), name: z.string(), role })),
})
export type SessionAnswer = z.infer<typeof sessionAnswer>
