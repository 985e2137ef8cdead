import type { ImportAnswer } from '@/lib/contracts/import'
import { formatExactCount } from '../format/format-number'
import { Notice } from '../ui/notice'
import { Cell, HeaderCell, Table } from '../ui/table'

/** Bad lines listed; the answer holds a thousand. */
const LINES_SHOWN = 20

/** What became of the records of a file. */
export function ImportResult({ result }: { result: ImportAnswer }) {
  const { records, accepted, duplicates, skipped, rejected, badLines } = result
  return (
    <div className="flex flex-col gap-3">
      <Notice tone={rejected > 0 ? 'neutral' : 'good'}>
        {formatExactCount(records)} records: {formatExactCount(accepted)} stored, {formatExactCount(duplicates)} already
        there, {formatExactCount(skipped)} no events, {formatExactCount(rejected)} rejected.
        {result.from && result.to && ` From ${result.from.slice(0, 10)} to ${result.to.slice(0, 10)}.`}
      </Notice>
      {badLines.length > 0 && (
        <Table caption="Rejected lines">
          <thead>
            <tr>
              <HeaderCell isFigure>Line</HeaderCell>
              <HeaderCell>Why</HeaderCell>
            </tr>
          </thead>
          <tbody>
            {badLines.slice(0, LINES_SHOWN).map(({ line, reason }) => (
              <tr key={line}>
                <Cell isFigure>{line}</Cell>
                <Cell>{reason.replaceAll('_', ' ')}</Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {rejected > LINES_SHOWN && (
        <p className="text-ink-faint text-xs">And {formatExactCount(rejected - LINES_SHOWN)} more.</p>
      )}
    </div>
  )
}
