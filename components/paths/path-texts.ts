import type { PathLink, PathNode, PathsReport } from '@/lib/contracts/paths'
import { toRatio } from '@/lib/core/ratio'
import { formatCount, formatRatio } from '../format/format-number'
import { type PathQuestion, toAnchorText } from './path-question'

/** What a node is called. */
export function toNodeLabel(node: PathNode, question: Pick<PathQuestion, 'anchor' | 'direction' | 'by'>): string {
  switch (node.kind) {
    case 'anchor':
      return toAnchorText(question)
    case 'value':
      return node.value ?? ''
    case 'other':
      return question.by === 'page' ? 'Other pages' : 'Other events'
    case 'exit':
      return question.direction === 'after' ? 'Left' : 'Session started'
  }
}

/** A node in one sentence: its place, sessions, people and share of the anchored sessions. It holds the text that is seen beside it. */
export function toNodeText(node: PathNode, label: string, { anchored }: Pick<PathsReport, 'anchored'>): string {
  const share = formatRatio(toRatio(node.sessions, anchored.sessions))
  const place = node.depth === 0 ? '' : `Step ${node.depth}: `
  return `${place}${label} ${toCountText(node)}, ${share} of the paths`
}

/** A link in one sentence. */
export function toLinkText(link: PathLink, labels: ReadonlyMap<string, string>): string {
  return `${labels.get(link.source) ?? ''} → ${labels.get(link.target) ?? ''}: ${toCountText(link)}`
}

function toCountText({ sessions, people }: { sessions: number; people: number }): string {
  return `${formatCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'}, ${formatCount(people)} ${people === 1 ? 'person' : 'people'}`
}
