import type { z } from 'zod'

/** One method of one route, as it is said to callers. What it says of input and rights is held to the route by a test. */
export type ApiOperation = {
  /** What it does, in a sentence or two. */
  summary: string
  /** What the caller must hold, by its name in the permission table; `public` asks nobody. */
  permission: string
  query?: z.ZodType
  params?: z.ZodType
  body?: z.ZodType
  /** Media types of a body that is a file. */
  file?: readonly string[]
  /** What stands under `data` of the answer; `bare` is an answer without that envelope, `download` the media types of one that is a file. */
  answer?: z.ZodType
  bare?: z.ZodType
  download?: readonly string[]
  /** Status of success; 200 unless given. */
  status?: number
}

/** By method and path: `GET /api/people/[personId]`. */
export type ApiOperations = Readonly<Record<string, ApiOperation>>
