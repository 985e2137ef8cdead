import type { PathsQuery } from '../contracts/paths'
import { callFunction } from './client'
import { type ReportScope, toScopeArgs } from './report-scope'

type Counts = { people: number; sessions: number }
type Kind = 'anchor' | 'value' | 'other' | 'exit'

/** What `get_paths` answers: nodes and links in no order; a link's `depth` is that of its target. */
export type PathRows = {
  total: Counts
  anchored: Counts
  nodes: (Counts & { depth: number; kind: Kind; value: string | null })[]
  links: (Counts & {
    depth: number
    sourceKind: Kind
    source: string | null
    targetKind: Kind
    target: string | null
  })[]
}

/** What sessions that began in the range did after an anchor, or before it. */
export function readPathRows(
  scope: ReportScope,
  { anchor, direction, depth, branches, by }: Pick<PathsQuery, 'anchor' | 'direction' | 'depth' | 'branches' | 'by'>,
): Promise<PathRows> {
  return callFunction('get_paths', {
    ...toScopeArgs(scope),
    p_anchor: anchor,
    p_direction: direction,
    p_depth: depth,
    p_branches: branches,
    p_by: by,
  })
}
