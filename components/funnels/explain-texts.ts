import type { FunnelExplanation, FunnelReason } from '@/lib/contracts/funnel-explain'
import { formatDuration } from '../format/format-number'

/** How instants are written, and which is now. */
export type ReasonClock = { formatAt: (at: string) => string; nowMs: number }

/** What a reason says, in one sentence. `step` is the name of the missing step. */
export function toReasonText(reason: FunnelReason, step: string, { formatAt, nowMs }: ReasonClock): string {
  switch (reason.code) {
    case 'converted':
      return `Did every step, the last one ${formatAt(reason.at)}.`
    case 'never_entered':
      return 'Never did the first step in this time.'
    case 'never_did':
      return Date.parse(reason.windowEndedAt) > nowMs
        ? `Has not done “${step}” yet; the window ends ${formatAt(reason.windowEndedAt)}.`
        : `Did no “${step}” before the window ended ${formatAt(reason.windowEndedAt)}.`
    case 'condition_failed':
      return `Did “${step}” ${formatAt(reason.at)}, but “${reason.key}” ${toActualText(reason.actual)} while the step asks for ${JSON.stringify(reason.expected)}.`
    case 'too_late':
      return `Did “${step}” ${formatAt(reason.at)}, ${formatDuration(reason.lateMs)} after the window had ended.`
    case 'too_early':
      return `Did “${step}” ${formatAt(reason.at)}, before the step it should follow.`
    case 'interrupted':
      return `Did “${reason.event}” next, ${formatAt(reason.at)}, and the funnel is strict.`
    case 'excluded':
      return `Left out for “${reason.event}” ${formatAt(reason.at)}.`
    case 'another_session':
      return `Did “${step}” ${formatAt(reason.at)}, in another session.`
  }
}

function toActualText(actual: unknown): string {
  return actual === null ? 'was not there' : `was ${JSON.stringify(actual)}`
}

/** The name of the step that is missing; empty when none is. */
export function toMissingName({ missingStep }: FunnelExplanation, events: readonly string[]): string {
  return missingStep === null ? '' : (events[missingStep - 1] ?? '')
}
