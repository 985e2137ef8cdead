import { projectOf } from '@/app/api/analytics/project-of'
import { importQuery } from '@/lib/contracts/import'
import { AppError } from '@/lib/core/errors'
import { ingestRecorder } from '@/lib/database/ingest-recorder'
import { defineRoute } from '@/lib/http/define-route'
import { importUpload } from '@/lib/import/import-upload'
import { nowMs } from '@/lib/platform/clock'

/** A file takes as long as its bytes flow; what bounds it is `importUpload`, which gives up on a client that says nothing. */
const DEADLINE_MS = 24 * 60 * 60_000

/** Stores the events and web vitals of a file, the body, as it arrives, however long it is. The same file again adds nothing. */
export const POST = defineRoute(
  '/api/import',
  { permission: 'import.write', query: importQuery, deadlineMs: DEADLINE_MS },
  (call) => {
    const project = projectOf(call)
    if (!call.request.body) throw new AppError('invalid_request', 'Send the file as the body of the request.')
    return importUpload(project, call.request.body, call.query, {
      nowMs,
      signal: call.signal,
      onBatch: (tally) => ingestRecorder.recordBatch(project.id, tally, 0),
    })
  },
)
