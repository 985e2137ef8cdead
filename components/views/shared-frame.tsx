'use client'

import type { ReactNode } from 'react'
import { ReportScopeProvider } from '../filters/report-scope'
import { formatMoment } from '../format/format-time'
import { Brand } from '../shell/brand'
import { SkipLink } from '../shell/skip-link'
import { Badge } from '../ui/badge'
import type { Theme } from '../ui/theme'
import { ThemeToggle } from '../ui/theme-toggle'

type SharedFrameProps = {
  /** The project's name. */
  project: string
  timezone: string
  expiresAtMs: number
  /** The filters of the link: they hold whatever the address says. */
  search: string
  theme: Theme
  children: ReactNode
}

/** What stands around a page that is shown to somebody without an account: whose it is and for how long, and no way on. */
export function SharedFrame({ project, timezone, expiresAtMs, search, theme, children }: SharedFrameProps) {
  return (
    <>
      <SkipLink />
      <header className="border-line border-b bg-surface">
        <div className="mx-auto flex max-w-(--page-width) flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-2.5 sm:px-6">
          <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1">
            <Brand />
            <span className="truncate font-medium text-sm">{project}</span>
            <Badge tone="accent">Read-only</Badge>
          </div>
          <div className="flex items-center gap-3">
            <span className="figures text-ink-soft text-xs">
              This link ends {formatMoment(expiresAtMs, timezone)} ({timezone})
            </span>
            <ThemeToggle initial={theme} />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto max-w-(--page-width) px-4 pb-16 outline-none sm:px-6">
        {/* The page inside says whose figures it shows; what it looks at is the link's to say. */}
        <ReportScopeProvider scope={{ project, timezone, fixedSearch: search }}>{children}</ReportScopeProvider>
      </main>
    </>
  )
}
