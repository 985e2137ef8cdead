'use client'

import Plus from 'lucide-react/icons/plus'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import type { Segment, SegmentRequest } from '@/lib/contracts/segment'
import { createSegment, deleteSegment, updateSegment, useSavedSegments } from '../data/segments'
import { useRefreshReports } from '../data/use-refresh-reports'
import { ConfirmDialog } from '../forms/confirm-dialog'
import { EmptyState } from '../panels/panel-states'
import { ResourceBody } from '../settings/resource-body'
import { changeUrl } from '../shell/change-url'
import { PageHeader } from '../shell/page-header'
import { Button } from '../ui/button'
import { Card } from '../ui/card'
import { SegmentEditor } from './segment-editor'
import { SegmentList } from './segment-list'
import { SegmentPeopleCard } from './segment-people-card'

export type SegmentsPageProps = {
  project: string
  timezone: string
  /** Whether the viewer may write segments. */
  canManage: boolean
  /** Whether the viewer may read who people are. */
  canReadPeople: boolean
}

/** In the address: what is being written, a segment's id or `new`. */
const EDITED = 'edit'

/** The saved segments of a project, and the editor for one. */
export function SegmentsPage({ project, timezone, canManage, canReadPeople }: SegmentsPageProps) {
  const edited = useSearchParams()?.get(EDITED) ?? null
  const segments = useSavedSegments(project)
  const refreshReports = useRefreshReports()
  const [doomed, setDoomed] = useState<Segment | null>(null)
  const open = segments.data?.find(({ id }) => id === edited) ?? null
  const close = () => changeUrl(EDITED, null)
  const save = async (request: SegmentRequest) => {
    await (open ? updateSegment(project, open.id, request) : createSegment(project, request))
    await Promise.all([segments.reload(), refreshReports()])
  }
  return (
    <div className="flex flex-col gap-5">
      <PageHeader
        title="Segments"
        note="Asked anew with each report"
        description="Groups of people by what they did, who they are and how they were seen. Each can narrow every report, in the filter bar."
        action={
          canManage && (
            <Button size="small" className="h-8.5" variant="primary" onClick={() => changeUrl(EDITED, 'new')}>
              <Plus aria-hidden="true" className="size-4" />
              New segment
            </Button>
          )
        }
      />
      {canManage && (open || edited === 'new') && (
        <SegmentEditor key={open?.id ?? 'new'} project={project} segment={open} onSave={save} onClose={close} />
      )}
      <Card className="p-5 sm:p-6">
        <ResourceBody state={segments}>
          {(rows) =>
            rows.length === 0 ? (
              <NoSegments canManage={canManage} />
            ) : (
              <SegmentList
                project={project}
                segments={rows}
                onEdit={canManage ? ({ id }) => changeUrl(EDITED, id) : null}
                onDelete={setDoomed}
              />
            )
          }
        </ResourceBody>
      </Card>
      {open && canReadPeople && (
        <SegmentPeopleCard key={open.id} project={project} timezone={timezone} segment={open} />
      )}
      {doomed && (
        <ConfirmDialog
          title={`Delete “${doomed.name}”?`}
          description="Reports, saved views and links that ask for this segment are refused from then on. Nobody’s data changes."
          action="Delete segment"
          onConfirm={async () => {
            await deleteSegment(project, doomed.id)
            if (doomed.id === edited) close()
            await segments.reload()
          }}
          onClose={() => setDoomed(null)}
        />
      )}
    </div>
  )
}

function NoSegments({ canManage }: { canManage: boolean }) {
  return (
    <EmptyState title="No segments yet">
      <p>
        A segment is a question about people, asked anew each time: who placed two orders in the last 30 days, whose
        plan is “pro”, who were seen in Germany but never searched.
      </p>
      <p>
        {canManage
          ? 'Write the first one with “New segment”; the number of people it means is shown as you write.'
          : 'Operators and admins of this project can write them.'}
      </p>
    </EmptyState>
  )
}
