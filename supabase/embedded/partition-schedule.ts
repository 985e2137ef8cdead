import { type Store, StoreAwayError } from './store.ts'

const SIX_HOURS_MS = 6 * 3_600_000

/**
 * Creates the partitions of the coming months now and every six hours, where the migrations bring
 * `create_partitions_ahead()`; gives the function that stops it. A failure is handed to `onError` and tried again next time.
 */
export async function schedulePartitions(store: Store, onError: (error: unknown) => void): Promise<() => void> {
  const create = () => createPartitionsAhead(store).catch(onError)
  await create()
  const timer = setInterval(create, SIX_HOURS_MS)
  timer.unref()
  return () => clearInterval(timer)
}

async function createPartitionsAhead(store: Store): Promise<void> {
  await store
    .transaction({}, async (tx) => {
      const [row] = await tx.query("select to_regprocedure('public.create_partitions_ahead()') is not null as exists")
      if (row?.exists) await tx.query('select public.create_partitions_ahead()')
    })
    .catch((error: unknown) => {
      // Away is a state that the requests report; the next round comes anyway.
      if (!(error instanceof StoreAwayError)) throw error
    })
}
