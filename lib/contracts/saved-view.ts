import { z } from 'zod'

/** A page of the dashboard: `/admin`, `/admin/vitals`, `/admin/people/123`. Never another site's address. */
export const viewPath = z
  .string()
  .max(300)
  .regex(/^\/admin(\/[A-Za-z0-9_-]+)*$/, { message: 'expected a page of the dashboard, such as /admin/vitals' })

/** The page's state as its address holds it, without `?`, `#` and without the project, which is the view's own. */
export const viewQuery = z
  .string()
  .max(4_000)
  .regex(/^[^?#\s]*$/, { message: 'expected a query string without question mark' })
  .transform((text) =>
    text
      .split('&')
      .filter((pair) => pair !== '' && !/^project(=|$)/.test(pair))
      .join('&'),
  )

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'expected one line of text, without control characters' })

/** A named page with its filters, as `GET /api/views` lists it, by name. */
export const savedView = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  query: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type SavedView = z.infer<typeof savedView>

/** Body of `POST /api/views`. A name is used once per project: `conflict`. */
export const savedViewRequest = z.strictObject({ name, path: viewPath, query: viewQuery.default('') })
export type SavedViewRequest = z.output<typeof savedViewRequest>
/** Body of `PATCH /api/views/[id]`: another name, another state, or both. */
export const savedViewPatch = z.strictObject({
  name: name.optional(),
  path: viewPath.optional(),
  query: viewQuery.optional(),
})
export type SavedViewPatch = z.output<typeof savedViewPatch>
