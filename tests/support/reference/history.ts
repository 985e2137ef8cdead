import { createRandom } from '../../lib/insights/reference/random'
import { insert, toActor } from '../../sql/reports/rows'
import type { TestStore } from '../store'

/** One stored row as the references see it. */
export type Hit = {
  id: string
  who: string
  /** The day's visitor key of anonymous mode. */
  visitor: number | null
  gpc: boolean
  isBot: boolean
  event: string
  timestamp: number
  country: string | null
  properties: Record<string, unknown> | null
}

/** What one project holds: its rows, and which actors are linked to whom. */
export type History = { projectId: number; hits: Hit[]; links: ReadonlyMap<string, string> }

/** A row that counts for somebody. */
export type PersonHit = Hit & { person: string }

/** The rows that count for people, each with its person: whom the actor is linked to, else the visitor, else the actor. */
export function toPersonHits({ hits, links }: History): PersonHit[] {
  return hits
    .filter(({ gpc, isBot }) => !gpc && !isBot)
    .map((hit) => ({
      ...hit,
      person: links.get(hit.who) ?? (hit.visitor === null ? hit.who : `visitor ${hit.visitor}`),
    }))
}

/** The rows of each person, by person. */
export function groupByPerson(hits: readonly PersonHit[]): Map<string, PersonHit[]> {
  return groupBy(hits, ({ person }) => person)
}

/** The items by key, keys and items in the order of their first appearance. */
export function groupBy<Item, Key>(items: readonly Item[], toKey: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const group = groups.get(toKey(item))
    if (group) group.push(item)
    else groups.set(toKey(item), [item])
  }
  return groups
}

export type Chance = ReturnType<typeof createChance>

/** Reproducible choices for random data. */
export function createChance(seed: number) {
  const random = createRandom(seed)
  const upTo = (max: number) => Math.floor(random() * (max + 1))
  return {
    random,
    upTo,
    pick: <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value,
    is: (probability: number) => random() < probability,
  }
}

/** Zones and instants shortly before their clocks, or their calendar, do something odd. */
export const ODD_ZONES: readonly (readonly [timezone: string, anchorMs: number])[] = [
  ['UTC', Date.UTC(2026, 2, 25)],
  ['Europe/Berlin', Date.UTC(2026, 2, 26)],
  ['Europe/Berlin', Date.UTC(2026, 9, 22)],
  ['America/New_York', Date.UTC(2026, 9, 29)],
  ['Australia/Lord_Howe', Date.UTC(2026, 3, 2)],
  ['America/Havana', Date.UTC(2024, 10, 1)],
  ['Pacific/Apia', Date.UTC(2011, 11, 26)],
  ['Asia/Kathmandu', Date.UTC(2026, 4, 1)],
]

/** Visitor keys are 64 random bits; small ones would be taken for numbers of people. */
const VISITOR_MIN = 10_000_000_000

let ids = 0

/**
 * A few people, or `peopleCount`, with a few events around `[fromMs, fromMs + lengthMs)`, half of them at one of a handful of instants, so that
 * there are ties; some actors are linked, some rows are a visitor's, some under GPC, some of bots.
 */
export function createHistory(
  chance: Chance,
  projectId: number,
  fromMs: number,
  lengthMs: number,
  peopleCount?: number,
): History {
  const { random, upTo, pick, is } = chance
  const instants = Array.from({ length: 6 }, () => fromMs + Math.floor((random() * 1.8 - 0.4) * lengthMs))
  const people = Array.from({ length: peopleCount ?? 1 + upTo(6) }, (_, index) => `p${index}`)
  const links = new Map(people.filter((_, index) => index > 0 && is(0.25)).map((who) => [who, 'p0']))
  const hits = people.flatMap((who) => {
    const visitor = is(0.2) ? VISITOR_MIN + upTo(2) : null
    return Array.from({ length: upTo(14) }, (): Hit => {
      ids += 1
      return {
        id: `00000000-0000-7000-8000-${((ids * 2_654_435_761) % 2 ** 32).toString(16).padStart(12, '0')}`,
        who,
        visitor: links.has(who) ? null : visitor,
        gpc: is(0.04),
        isBot: is(0.04),
        event: pick(['a', 'a', 'b', 'c']),
        timestamp: is(0.5) ? pick(instants) : fromMs + Math.floor((random() * 1.8 - 0.4) * lengthMs),
        country: pick(['DE', 'FR', null]),
        properties: is(0.2)
          ? null
          : {
              good: is(0.6),
              kind: pick(['x', 'y', 'z', 1, '1', null, true]),
              ...(is(0.5) && { revenue: pick([1, 2.5, -0.25, 100, '7', 0]), currency: pick(['EUR', 'usd', 'x', 4]) }),
            },
      }
    })
  })
  return { projectId, hits, links }
}

const ROWS_PER_INSERT = 5_000

/** Writes what the histories hold into the tables, each project's own. */
export async function storeHistories(store: TestStore, histories: readonly History[]): Promise<void> {
  const rows = histories.flatMap(({ projectId, hits }) =>
    hits.map(({ visitor, isBot, ...hit }) => ({
      project_id: projectId,
      ...hit,
      visitor_id: visitor,
      bot_reasons: isBot ? ['user_agent'] : null,
    })),
  )
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
    await insert(store, 'user_events', rows.slice(at, at + ROWS_PER_INSERT))
  }
  await insert(
    store,
    'actor_person',
    histories.flatMap(({ projectId, links }) =>
      [...links].map(([who, person]) => ({ project_id: projectId, who, person_id: toActor(person) })),
    ),
  )
}

/** Rolls up what some of the stored histories hold, so that they are answered from slices and the others from raw rows. */
export async function rollUp(store: TestStore, histories: readonly Pick<History, 'projectId'>[]): Promise<void> {
  const projects = histories.map(({ projectId }) => projectId)
  await store.sql(
    `insert into public.slice_marks (project_id, from_ms, to_ms)
     select distinct e.project_id, e.timestamp - e.timestamp % 3600000, e.timestamp - e.timestamp % 3600000 + 3600000
     from public.user_events as e where e.project_id = any ($1::integer[])`,
    [projects],
  )
  // The projects of these tests are not in the table of projects, which the job goes through.
  await store.sql(`
    do $roll$
    declare
      c_now constant bigint := ${Date.UTC(2030, 0, 1)};
      v_project integer;
      v_day bigint;
    begin
      foreach v_project in array array[${projects.join(', ')}] loop
        perform public.sort_slice_marks(v_project, 'UTC');
        loop
          v_day := (select d from public.get_days_to_roll_up(v_project, 'UTC', 0, c_now, 400000) as d limit 1);
          exit when v_day is null;
          perform public.roll_up_day(v_project, 'UTC', v_day, c_now, 400000);
        end loop;
      end loop;
    end
    $roll$`)
}
