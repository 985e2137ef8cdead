import 'server-only'
import { appendStoreRows } from '../database/append'
import { parkDeadLetters } from '../database/dead-letters'
import { ingestRecorder } from '../database/ingest-recorder'
import { APPEND_FUNCTIONS, toLaneRow } from '../database/lanes'
import { type DrainAnswer, type MoveOptions, moveSpill } from './move-spill'

/** Empties the spill into the store, as `moveSpill` does. */
export function drainSpill(options: Pick<MoveOptions, 'budgetMs' | 'leaseMs'> = {}): Promise<DrainAnswer> {
  return moveSpill({
    append: (lane, projectId, rows) =>
      appendStoreRows(
        APPEND_FUNCTIONS[lane],
        projectId,
        rows.map((row) => toLaneRow(lane, row)),
      ),
    park: async (lane, projectId, letter) => (await parkDeadLetters(projectId, lane, [letter])) > 0,
    onMoved: (projectId, { stored, parked }) => ingestRecorder.recordCounts(projectId, { drained: stored, parked }),
    ...options,
  })
}
