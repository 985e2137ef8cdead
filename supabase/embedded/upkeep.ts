import { type Store, StoreAwayError } from './store.ts'

const MINUTE_MS = 60_000

// The thresholds are those of Postgres's own autovacuum: https://www.postgresql.org/docs/17/routine-vacuuming.html#AUTOVACUUM
// Its figures are written by other sessions as they become idle; here there is one session, which has to be told.
const FIND_DUE = `
  select
    format('%I.%I', space.nspname, held.relname) as name,
    figures.n_dead_tup > 50 + 0.2 * greatest(held.reltuples, 0) or age(held.relfrozenxid) > 200000000 as is_bloated,
    -- Analyzing writes to pg_statistic, which is of no use to analyze itself.
    figures.n_mod_since_analyze > 50 + 0.1 * greatest(held.reltuples, 0) and held.relname <> 'pg_statistic' as is_stale
  from pg_class as held
  join pg_namespace as space on space.oid = held.relnamespace
  join pg_stat_all_tables as figures on figures.relid = held.oid
  where held.relkind = 'r' and held.relpersistence = 'p'
  order by figures.n_dead_tup desc, held.oid`

type Due = { name: string; is_bloated: boolean; is_stale: boolean }

/**
 * Does for PGlite what autovacuum does for Postgres, which it lacks: frees the room of deleted rows, renews the planner's
 * figures, keeps transaction ids from running out. One table at a time: requests take their turns in between, and a table
 * is done in a fraction of a second, because vacuum walks only pages that changed and analyze a sample. Gives the statements
 * it ran, in order; none where Postgres does this itself.
 */
export async function tidyUp(store: Store): Promise<string[]> {
  if (!store.runAlone) return []
  // They are written when a transaction ends.
  await store.transaction({}, (tx) => tx.query('select pg_stat_force_next_flush()'))
  const due = (await store.transaction({ isReadOnly: true }, (tx) => tx.query(FIND_DUE))) as Due[]
  const statements = due.flatMap(({ name, is_bloated, is_stale }) => [
    ...(is_bloated ? [`vacuum ${name}`] : []),
    ...(is_stale ? [`analyze ${name}`] : []),
  ])
  for (const statement of statements) await store.runAlone(statement)
  return statements
}

/**
 * Runs `tidyUp` every minute, counted from the end of a run; gives the function that stops it. A failure is handed to
 * `onError` and tried again next time.
 */
export function scheduleUpkeep(store: Store, onError: (error: unknown) => void): () => void {
  if (!store.runAlone) return () => {}
  let isStopped = false
  let timer: NodeJS.Timeout
  const wait = (): void => {
    timer = setTimeout(async () => {
      await tidyUp(store).catch((error: unknown) => {
        // Away is a state that the requests report; the next round comes anyway.
        if (!(error instanceof StoreAwayError)) onError(error)
      })
      if (!isStopped) wait()
    }, MINUTE_MS).unref()
  }
  wait()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
