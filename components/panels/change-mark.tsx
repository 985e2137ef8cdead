import ArrowDown from 'lucide-react/icons/arrow-down'
import ArrowUp from 'lucide-react/icons/arrow-up'
import type { Change } from '../format/change'
import { NO_VALUE } from '../format/format-number'

const TONES = { better: 'text-good', worse: 'text-poor', neutral: 'text-ink-soft' } as const

/** A change against the period before: an arrow for its direction, a word for whether that is good, and a tone for both. */
export function ChangeMark({ change }: { change: Change }) {
  if (change.kind === 'unknown') {
    return (
      <span className="text-ink-faint" title={change.reason}>
        {NO_VALUE}
        <span className="sr-only"> {change.reason}</span>
      </span>
    )
  }
  if (change.kind === 'same') return <span className="text-ink-faint">no change</span>
  if (change.kind === 'new') {
    return <span className={`font-medium ${TONES[change.tone]}`}>new</span>
  }
  const Arrow = change.direction === 'up' ? ArrowUp : ArrowDown
  return (
    <span className={`inline-flex items-center gap-0.5 font-medium ${TONES[change.tone]}`}>
      <Arrow aria-hidden="true" className="size-3 shrink-0" strokeWidth={2.5} />
      <span className="sr-only">{change.direction} </span>
      <span className="figures">{change.text}</span>
      {change.tone !== 'neutral' && <span className="ml-0.5">{change.tone}</span>}
    </span>
  )
}
