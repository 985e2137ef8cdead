'use client'

import { TABLE_FORMATS, type TableFormat } from '@/lib/contracts/export'
import { type ReportRequest, toRequestPath } from '../data/report-query'
import { saveFile } from '../data/save-file'
import { sendDownload } from '../data/send-request'
import { useSubmit } from '../data/use-submit'
import { toFileName } from './to-file-name'

const LABELS: Readonly<Record<TableFormat, string>> = { csv: 'Download as CSV', ndjson: 'As lines of JSON' }

/** The report of a card as a file, asked for with the card's own question; a failure is said beside. */
export function ReportFiles({ request }: { request: ReportRequest }) {
  const { method, query, body } = request
  const state = useSubmit()
  const download = (format: TableFormat) =>
    state.submit(async () => {
      const path = toRequestPath({ ...request, query: { ...query, format } })
      saveFile(await sendDownload(path, { method, ...(method === 'POST' && { body }) }), toFileName(request, format))
    })
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {TABLE_FORMATS.map((format) => (
        <button
          key={format}
          type="button"
          disabled={state.isSending}
          onClick={() => void download(format)}
          className="rounded font-medium underline underline-offset-2 disabled:opacity-55"
        >
          {LABELS[format]}
        </button>
      ))}
      <span role="status" className="text-poor">
        {state.error?.message}
      </span>
    </div>
  )
}
