import { expect } from 'vitest'
import type { ProductStore } from '../support/product-store'
import type { Load } from './load'

/** What is wrong with the tables: empty lists, where all is well. */
export type Recount = {
  /** Ids that were promised and are not there. */
  lost: string[]
  /** Ids that are there more than once. */
  doubled: string[]
  /** Ids that nobody ever sent. */
  foreign: string[]
  /** Hours and names whose count differs from a recount of the raw rows. */
  wrongCounts: unknown[]
  /** Users whose profile counts other events than there are. */
  wrongProfiles: unknown[]
}

/** Ids with how many rows they have. */
const ROWS = `
  select id::text as id, count(*)::int as copies
  from (select id from public.user_events union all select id from public.conversions) as stored
  group by id`

/** All of time, in hours: the test's rows carry the clock of this machine. */
const WRONG_COUNTS = `
  select wrong.*
  from public.projects as project
  cross join public.get_count_errors(project.id::int, 0, 4102444800000) as wrong`

const WRONG_PROFILES = `
  select user_id::text, profile.total_events, stored.count::int as stored
  from public.user_profiles as profile
  full join (
    select project_id, user_id, count(*)
    from public.user_events
    where user_id is not null and bot_reasons is null and not gpc
    group by project_id, user_id
  ) as stored using (project_id, user_id)
  where coalesce(profile.total_events, 0) <> coalesce(stored.count, 0)`

/** Compares the raw tables with what was sent, and counts and profiles with the raw tables. */
export async function recount(store: ProductStore, items: Load['items']): Promise<Recount> {
  const rows = await store.read<{ id: string; copies: number }>(ROWS)
  const found = new Set(rows.map(({ id }) => id))
  return {
    lost: [...items].filter(([id, state]) => state !== 'unanswered' && !found.has(id)).map(([id]) => id),
    doubled: rows.filter(({ copies }) => copies > 1).map(({ id }) => id),
    foreign: rows.filter(({ id }) => !items.has(id)).map(({ id }) => id),
    wrongCounts: await store.read(WRONG_COUNTS),
    wrongProfiles: await store.read(WRONG_PROFILES),
  }
}

/** Proves that every item of a finished load is in the store exactly once, nothing else is, and what is counted is right. */
export async function expectEachExactlyOnce(store: ProductStore, load: Load): Promise<void> {
  const unanswered = [...load.items.values()].filter((state) => state === 'unanswered').length
  expect(unanswered, 'a load that was finished').toBe(0)
  const found = await recount(store, load.items)
  expect(found).toEqual({ lost: [], doubled: [], foreign: [], wrongCounts: [], wrongProfiles: [] })
}
