'use client'

import type { PathsReport } from '@/lib/contracts/paths'
import { toRatio } from '@/lib/core/ratio'
import { ReportCard } from '../cards/report-card'
import { SankeyChart } from '../charts/sankey-chart'
import { usePathsReport } from '../data/use-visit-reports'
import type { ReportFilters } from '../filters/use-report-filters'
import { formatCount, formatRatio } from '../format/format-number'
import { toWindowText } from '../overview/how-texts'
import { changeUrlParams } from '../shell/change-url'
import { Skeleton } from '../ui/skeleton'
import { type PathQuestion, toPathBody, toPathParams } from './path-question'
import { PathTable } from './path-table'
import { toLinkText, toNodeLabel, toNodeText } from './path-texts'

/** What people did next after an anchor, or before it, as flows; a step is a button that continues from there. */
export function PathsCard({ question, filters }: { question: PathQuestion; filters: ReportFilters }) {
  const body = { ...filters.body, ...toPathBody(question) }
  const report = usePathsReport(filters.project, body)
  return (
    <ReportCard
      title={question.direction === 'after' ? 'What people do next' : 'What people did before'}
      description="Choose a step to continue from there."
      resource={report}
      how={(data) => toPathsHow(filters, question, data)}
      isEmpty={({ anchored }) => anchored.sessions === 0}
      empty={{
        title: 'No session came by here',
        content: (
          <p>
            No session of this period has this page or event. Choose a longer period, take out a filter, or begin at the
            start of the session.
          </p>
        ),
      }}
      skeleton={<Skeleton className="h-112" />}
    >
      {(data) => <Paths data={data} question={question} canChange={filters.canChange} />}
    </ReportCard>
  )
}

function Paths({ data, question, canChange }: { data: PathsReport; question: PathQuestion; canChange: boolean }) {
  const labels = new Map(data.nodes.map((node) => [node.id, toNodeLabel(node, question)]))
  const nodes = new Map(data.nodes.map((node) => [node.id, node]))
  const toAction = (id: string) => {
    const node = nodes.get(id)
    if (!canChange || node?.kind !== 'value' || node.value === null) return null
    const anchor = { kind: question.by, name: node.value }
    return () => changeUrlParams(toPathParams({ anchor }))
  }
  return (
    <>
      <SankeyChart
        title={question.direction === 'after' ? 'Paths from left to right' : 'Paths, the latest step on the left'}
        nodes={data.nodes.map((node) => {
          const label = labels.get(node.id) ?? ''
          return {
            id: node.id,
            depth: node.depth,
            value: node.sessions,
            label,
            isQuiet: node.kind === 'other' || node.kind === 'exit',
            description: toNodeText(node, label, data),
          }
        })}
        links={data.links.map((link) => ({
          source: link.source,
          target: link.target,
          value: link.sessions,
          description: toLinkText(link, labels),
        }))}
        toAction={toAction}
      />
      <PathTable report={data} labels={labels} />
    </>
  )
}

function toPathsHow(filters: ReportFilters, question: PathQuestion, data: PathsReport | undefined) {
  const step =
    question.by === 'page'
      ? 'A step is a page view, named by the pattern of its route'
      : 'A step is an event, named as it was sent'
  const anchor =
    question.anchor.kind === 'session'
      ? `Each session gives one path, from its ${question.direction === 'after' ? 'first' : 'last'} event`
      : 'Each session that has the page or event gives one path, from the first time it occurs in the session'
  return {
    definition: `${anchor}. ${step}; the same one several times in a row is one step. At each step the ${question.branches} with most sessions are named, the rest is pooled.`,
    window: `${toWindowText(filters)} Sessions that began in this time, and of them what happened before its end. A session is one tab’s visit and ends after 30 minutes without an event. A filter keeps the sessions of which at least one event passes it, whole.`,
    ...(data && {
      sample: `${formatCount(data.anchored.sessions)} of ${formatCount(data.total.sessions)} sessions (${formatRatio(toRatio(data.anchored.sessions, data.total.sessions))}), of ${formatCount(data.anchored.people)} people.`,
    }),
    leftOut: `${filters.bots ? '' : 'Rows marked as bots. '}Events without a session, such as those of servers, and rows sent under Global Privacy Control.`,
  }
}
