import { type ReactNode, useId } from 'react'
import { Card } from '../ui/card'

type SettingsCardProps = { title: string; description: ReactNode; action?: ReactNode; children: ReactNode }

/** One subject of the settings page. */
export function SettingsCard({ title, description, action, children }: SettingsCardProps) {
  const titleId = useId()
  return (
    <section aria-labelledby={titleId}>
      <Card className="flex flex-col gap-5 p-5 sm:p-6">
        <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="min-w-0 max-w-2xl">
            <h2 id={titleId} className="font-semibold text-[0.9375rem] tracking-tight">
              {title}
            </h2>
            <p className="mt-1 text-[0.8125rem] text-ink-soft">{description}</p>
          </div>
          {action}
        </header>
        {children}
      </Card>
    </section>
  )
}
