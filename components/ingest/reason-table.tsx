import { ShareBar } from '../charts/share-bar'
import { formatCount, formatExactCount } from '../format/format-number'
import { Cell, HeaderCell, Table } from '../ui/table'
import type { ReasonCount } from './ingest-figures'
import { toReasonText } from './reason-texts'

type ReasonTableProps = {
  title: string
  /** What is counted. */
  help: string
  countLabel: string
  kind: 'rejected' | 'bot' | 'refused'
  rows: readonly ReasonCount[]
}

/** How often each reason was given, the most frequent first; the name that answers and metrics use stands with it. */
export function ReasonTable({ title, help, countLabel, kind, rows }: ReasonTableProps) {
  const countMax = Math.max(...rows.map(({ count }) => count), 1)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div>
        <h3 className="font-medium text-[0.8125rem]">{title}</h3>
        <p className="mt-0.5 text-ink-faint text-xs">{help}</p>
      </div>
      {rows.length === 0 ? (
        <p className="text-ink-faint text-sm">None in this period.</p>
      ) : (
        <Table caption={title}>
          <thead>
            <tr>
              <HeaderCell>Reason</HeaderCell>
              <HeaderCell isFigure>{countLabel}</HeaderCell>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ reason, count }) => (
              <tr key={reason}>
                <Cell className="w-full max-w-0 py-1">
                  <span className="relative flex flex-wrap items-baseline gap-x-2 px-2 py-1">
                    <ShareBar share={count / countMax} />
                    <span className="relative">{toReasonText(kind, reason)}</span>
                    <code className="relative font-mono text-2xs text-ink-soft">{reason}</code>
                  </span>
                </Cell>
                <Cell isFigure title={formatExactCount(count)} className="font-medium">
                  {formatCount(count)}
                </Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </div>
  )
}
