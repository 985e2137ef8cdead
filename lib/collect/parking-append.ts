import type { ProjectId } from '../core/ids'
import type { AppendRows } from './event-sink'

/** Keeps one refused row for people to look at; false when even that refuses it. Rejects when the store is away. */
export type ParkRow<Row> = (projectId: ProjectId, row: Row, code: string | undefined) => Promise<boolean>

/**
 * Appends as `append` does, and parks a row that is refused alone: below a sink, which halves a refused batch until its bad
 * rows stand alone, each bad row ends up parked. While a row can be neither stored nor parked nothing is said of it (it
 * rejects), so that its sender keeps it.
 */
export function parkingAppend<Row>(append: AppendRows<Row>, park: ParkRow<Row>): AppendRows<Row> {
  return async (projectId, rows) => {
    const outcome = await append(projectId, rows)
    const [row] = rows
    if (outcome.ok || rows.length !== 1 || row === undefined) return outcome
    return (await park(projectId, row, outcome.code)) ? { ok: true, duplicates: [], fate: 'parked' } : outcome
  }
}
