import type { SubmitState } from '../data/use-submit'
import { Notice } from '../ui/notice'

/** What came of a change. Faults of single fields stand at the fields; everything else is said here, with what to quote. */
export function SubmitOutcome({ state, done }: { state: Pick<SubmitState, 'error' | 'isDone'>; done: string }) {
  const { error, isDone } = state
  if (isDone) return <Notice tone="good">{done}</Notice>
  if (!error) return null
  return (
    <Notice tone="poor">
      {error.message}
      {error.requestId !== null && (
        <span className="mt-0.5 block font-mono text-ink-soft text-xs">
          {error.code} · request {error.requestId}
        </span>
      )}
    </Notice>
  )
}
