'use client'

import Link from 'next/link'
import type { Segment } from '@/lib/contracts/segment'
import { useSegmentCounts } from '../data/segments'
import { formatExactCount, formatRatio, NO_VALUE } from '../format/format-number'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'
import { describeSegment } from './describe-segment'

type SegmentListProps = {
  project: string
  segments: readonly Segment[]
  /** Null for who may not change them. */
  onEdit: ((segment: Segment) => void) | null
  onDelete: (segment: Segment) => void
}

/** All segments in words, each with how many people it has now. */
export function SegmentList({ project, segments, onEdit, onDelete }: SegmentListProps) {
  return (
    <Table caption="Segments">
      <thead>
        <tr>
          <HeaderCell>Segment</HeaderCell>
          <HeaderCell isFigure>People now</HeaderCell>
          <HeaderCell isFigure>
            <span title="Of the people with any event in the last 30 days">Share, 30 days</span>
          </HeaderCell>
          <HeaderCell>
            <span className="sr-only">Actions</span>
          </HeaderCell>
        </tr>
      </thead>
      <tbody>
        {segments.map((segment) => (
          <tr key={segment.id}>
            <Cell className="min-w-60 py-2.5">
              <Link
                href={`/admin?${new URLSearchParams({ project, segment: segment.id })}`}
                title="Show the overview of these people alone"
                className="font-medium text-accent hover:underline"
              >
                {segment.name}
              </Link>
              <p className="mt-0.5 max-w-2xl text-ink-soft">People {describeSegment(segment.definition)}</p>
            </Cell>
            <CountCells project={project} id={segment.id} />
            <Cell className="whitespace-nowrap text-right">
              {onEdit && (
                <>
                  <Button variant="quiet" size="small" onClick={() => onEdit(segment)}>
                    Edit<span className="sr-only"> {segment.name}</span>
                  </Button>
                  <Button variant="quiet" size="small" className="text-poor" onClick={() => onDelete(segment)}>
                    Delete<span className="sr-only"> {segment.name}</span>
                  </Button>
                </>
              )}
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function CountCells({ project, id }: { project: string; id: string }) {
  const { data, error } = useSegmentCounts(project, id)
  const figure = (text: string | undefined) => text ?? (error ? NO_VALUE : '…')
  return (
    <>
      <Cell isFigure title={error?.message}>
        {figure(data && formatExactCount(data.people))}
      </Cell>
      <Cell isFigure>{figure(data && formatRatio(data.recentRatio))}</Cell>
    </>
  )
}
