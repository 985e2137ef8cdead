import { z } from 'zod'

/** Body of every failure: a closed code, a message that says what to do, and the id to quote when asking for help. */
export const errorBody = z.object({
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    requestId: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
})
export type ErrorBody = z.infer<typeof errorBody>

/** Body of every success: the answer under `data`, what is said about it under `meta`. */
export type SuccessBody<Data> = { data: Data; meta?: Record<string, unknown> }
