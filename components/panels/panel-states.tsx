import CloudOff from 'lucide-react/icons/cloud-off'
import RotateCw from 'lucide-react/icons/rotate-cw'
import type { ReactNode } from 'react'
import type { RequestError } from '../data/request-error'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'

/** A panel with nothing to show: says so in one line, then what to do next. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-3 rounded-control border border-line border-dashed px-5 py-6">
      <p className="font-medium">{title}</p>
      <div className="flex max-w-3xl flex-col gap-3 text-ink-soft text-sm">{children}</div>
    </div>
  )
}

/** Source text behind one click, so that an empty panel stays small. */
export function EmptyStateSnippet({ summary, label, code }: { summary: string; label: string; code: string }) {
  return (
    <details className="flex flex-col gap-3">
      <summary className="w-fit rounded font-medium text-accent">{summary}</summary>
      <div className="mt-3">
        <CodeBlock label={label} code={code} />
      </div>
    </details>
  )
}

/** A panel that could not be read: what happened, what to quote when asking for help, and another try. */
export function ErrorState({ error, onRetry }: { error: RequestError; onRetry: () => void }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-control border border-poor/50 border-dashed px-5 py-5"
    >
      <div className="flex items-start gap-2.5">
        <CloudOff aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-poor" />
        <div>
          <p className="font-medium">{error.message}</p>
          <ErrorFacts error={error} />
        </div>
      </div>
      <Button size="small" onClick={onRetry}>
        <RotateCw aria-hidden="true" className="size-3.5" />
        Try again
      </Button>
    </div>
  )
}

type StaleNoticeProps = {
  error: RequestError
  onRetry: () => void
  /** What the failure means for what is shown. */
  what?: string
}

/** One line above figures that are still right but no longer fresh. */
export function StaleNotice({ error, onRetry, what = 'Not refreshed' }: StaleNoticeProps) {
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-control border border-warn/30 bg-warn-soft px-3 py-1.5 text-[0.8125rem] text-warn"
    >
      <span>
        {what}: {error.message}
      </span>
      <ErrorFacts error={error} />
      <button type="button" onClick={onRetry} className="font-medium underline underline-offset-2">
        Try again
      </button>
    </div>
  )
}

function ErrorFacts({ error: { code, requestId } }: { error: RequestError }) {
  return (
    <p className="font-mono text-ink-soft text-xs">
      {code}
      {requestId !== null && ` · request ${requestId}`}
    </p>
  )
}
