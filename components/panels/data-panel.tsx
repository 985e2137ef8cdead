'use client'

import LoaderCircle from 'lucide-react/icons/loader-circle'
import type { ReactNode } from 'react'
import type { RequestError } from '../data/request-error'
import { Card } from '../ui/card'
import { classNames } from '../ui/class-names'
import { EmptyState, ErrorState, StaleNotice } from './panel-states'

/** What a panel needs to know of what it shows, whichever hook has read it. */
export type PanelState<Content> = {
  data: Content | undefined
  error: RequestError | undefined
  isLoading: boolean
  isRefreshing: boolean
}

export type DataPanelProps<Content> = {
  id: string
  title: string
  description?: ReactNode
  /** Stands above the title, from edge to edge. */
  lead?: ReactNode
  /** Controls beside the title. */
  action?: ReactNode
  /** The button that tells how the figures came about. */
  how?: ReactNode
  state: PanelState<Content>
  onRetry: () => void
  /** What is shown answers an earlier question than the one asked now. */
  isDimmed?: boolean
  isEmpty?: (content: Content) => boolean
  empty?: { title: string; content: ReactNode }
  /** As large as what it stands for. */
  skeleton: ReactNode
  children: (content: Content) => ReactNode
}

/** A titled section in one of its four states: loading, empty, failed, or with its data; old data stays while new loads. */
export function DataPanel<Content>(props: DataPanelProps<Content>) {
  const { id, title, description, lead, action, how, state, isDimmed } = props
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      aria-busy={state.isLoading || state.isRefreshing}
      className="min-w-0"
    >
      <Card className="flex h-full flex-col gap-5 p-4 sm:p-6">
        {lead && <div className="-mx-4 -mt-4 overflow-hidden rounded-t-card border-b sm:-mx-6 sm:-mt-6">{lead}</div>}
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
          <div className="min-w-0 grow basis-64">
            <div className="flex items-center gap-2">
              <h2 id={`${id}-title`} className="font-semibold text-[0.9375rem] tracking-tight">
                {title}
              </h2>
              <RefreshSign isShown={state.isRefreshing} />
            </div>
            {description && <p className="mt-0.5 max-w-4xl text-ink-faint text-xs">{description}</p>}
          </div>
          {(action || how) && (
            <div className="flex min-w-0 max-w-full items-center gap-2">
              {action && <div className="flex min-w-0 flex-wrap items-center gap-2">{action}</div>}
              {how}
            </div>
          )}
        </header>
        <div className={classNames('flex min-w-0 flex-col gap-5 transition-opacity', isDimmed && 'opacity-55')}>
          <PanelBody {...props} />
        </div>
      </Card>
    </section>
  )
}

function PanelBody<Content>(props: DataPanelProps<Content>) {
  const { title, state, onRetry, isEmpty, empty, skeleton, children } = props
  if (state.data === undefined) {
    if (state.error) return <ErrorState error={state.error} onRetry={onRetry} />
    return (
      <>
        <p className="sr-only">Loading {title}</p>
        {skeleton}
      </>
    )
  }
  return (
    <>
      {state.error && <StaleNotice error={state.error} onRetry={onRetry} />}
      {empty && isEmpty?.(state.data) ? (
        <EmptyState title={empty.title}>{empty.content}</EmptyState>
      ) : (
        children(state.data)
      )}
    </>
  )
}

/** Keeps its room when it is not shown, and comes late: a refresh that is quick stays unseen. */
function RefreshSign({ isShown }: { isShown: boolean }) {
  return (
    <span className={classNames('transition-opacity delay-300', isShown ? 'opacity-100' : 'opacity-0 delay-0')}>
      <LoaderCircle
        aria-hidden="true"
        className={classNames('size-4 text-ink-faint', isShown && 'motion-safe:animate-spin')}
      />
    </span>
  )
}
