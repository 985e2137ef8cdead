import 'server-only'
import { createBreaker } from '../collect/breaker'
import type { AppendRows } from '../collect/event-sink'
import { spillingAppend } from '../collect/spilling-append'
import type { Lane } from '../contracts/dead-letters'
import { monotonicMs } from '../platform/clock'
import { spillRows } from './spill-rows'

// One for all lanes of this module graph: they share the store.
const breaker = createBreaker({ nowMs: monotonicMs })

/** The append of a lane, with the spill behind it for when the store is away; see `spillingAppend`. */
export function spillingLane<Row extends object>(lane: Lane, append: AppendRows<Row>): AppendRows<Row> {
  return spillingAppend(append, async (projectId, rows) => (await spillRows(lane, projectId, rows)).ok, { breaker })
}
