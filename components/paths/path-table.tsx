import type { PathsReport } from '@/lib/contracts/paths'
import { formatExactCount } from '../format/format-number'
import { Cell, HeaderCell, Table } from '../ui/table'

/** Every link of a path report as a row: the same figures as the picture. */
export function PathTable({ report, labels }: { report: PathsReport; labels: ReadonlyMap<string, string> }) {
  const depths = new Map(report.nodes.map(({ id, depth }) => [id, depth]))
  return (
    <details className="text-[0.8125rem]">
      <summary className="w-fit cursor-pointer rounded-control text-ink-soft hover:text-ink">
        The same as a table ({report.links.length} rows)
      </summary>
      <Table caption="Paths" className="mt-3 max-h-96 overflow-y-auto">
        <thead>
          <tr>
            <HeaderCell isFigure>Step</HeaderCell>
            <HeaderCell>From</HeaderCell>
            <HeaderCell>To</HeaderCell>
            <HeaderCell isFigure>Sessions</HeaderCell>
            <HeaderCell isFigure>People</HeaderCell>
          </tr>
        </thead>
        <tbody>
          {report.links.map(({ source, target, sessions, people }) => (
            <tr key={`${source} ${target}`}>
              <Cell isFigure className="text-ink-soft">
                {depths.get(target)}
              </Cell>
              <Cell className="max-w-60 truncate">{labels.get(source)}</Cell>
              <Cell className="max-w-60 truncate">{labels.get(target)}</Cell>
              <Cell isFigure className="font-medium">
                {formatExactCount(sessions)}
              </Cell>
              <Cell isFigure className="text-ink-soft">
                {formatExactCount(people)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
    </details>
  )
}
