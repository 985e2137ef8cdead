import type { ReactNode } from 'react'

type PageHeaderProps = {
  title: string
  /** A line in small type: of what the page is. */
  note?: ReactNode
  /** What the page answers. */
  description?: ReactNode
  /** Controls of the page. */
  action?: ReactNode
}

/** The head of a page without the filter bar; of the same look and at the same place as one with it. */
export function PageHeader({ title, note, description, action }: PageHeaderProps) {
  return (
    <header className="full-bleed relative z-20 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2.5">
        <div className="min-w-0">
          <h1 className="font-semibold text-lg leading-6 tracking-tight">{title}</h1>
          {note && <p className="figures min-h-4 text-ink-faint text-xs leading-4">{note}</p>}
        </div>
        {action && <div className="flex min-w-0 flex-wrap items-center gap-1.5">{action}</div>}
      </div>
      {description && <p className="mt-1.5 max-w-3xl text-ink-soft text-[0.8125rem]">{description}</p>}
    </header>
  )
}
