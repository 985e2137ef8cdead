import { z } from 'zod'
import { reportQuery } from './report-query'

const after = z
  .string()
  .regex(/^-?\d{1,15},-?\d{1,19}$/, { message: 'expected `next` of the page before' })
  .optional()
const limit = z.coerce.number().int().min(1).max(200).default(50)

/** Query of `GET /api/people`: who was active in the range, the latest first. */
export const personListQuery = reportQuery.safeExtend({ after, limit })
export type PersonListQuery = z.output<typeof personListQuery>

/**
 * Body of `POST /api/people/search`: known people, whenever they were there. `search` is a part of the application's id, or of the
 * value of a trait, in any case; it is in the body because an address is written into logs, and this one would name a person.
 */
export const personSearch = z.strictObject({ search: z.string().trim().min(1).max(200), after, limit })
export type PersonSearch = z.output<typeof personSearch>

/** One person of a list. `lastSeenMs` is of their latest event in the range; of a search it is the profile's. */
export const personListItem = z.object({
  personId: z.string(),
  /** The application's id; null while nobody is signed in. */
  externalId: z.string().nullable(),
  traits: z.record(z.string(), z.unknown()),
  lastSeenMs: z.int(),
  /** All that they ever did while signed in; null for somebody who never was. */
  events: z.int().min(0).nullable(),
  /** Of their latest event; null of a search. */
  device: z.string().nullable(),
  country: z.string().nullable(),
})
export type PersonListItem = z.infer<typeof personListItem>

/** Answer of `GET /api/people` and of `POST /api/people/search`; `next` is the `after` of the next page, null after the last. */
export const personList = z.object({ items: z.array(personListItem), next: z.string().nullable() })
export type PersonList = z.infer<typeof personList>
