import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { GrowthProvider } from '@/components/growth-stack/growth-provider'
import { MemberLink } from './member-link'
import { SentLog } from './sent-log'
import './pantry.css'

export const metadata: Metadata = {
  title: { default: 'Pantry: plan the week’s meals', template: '%s · Pantry' },
  description: 'A small meal-planning site, measured with Growth Stack.',
}

const navLink = 'rounded-control px-3 py-2 font-medium text-ink-soft hover:bg-sunken hover:text-ink'

/** The demo site's frame. Analytics is one element: same origin and default project, so no key is needed. */
export default function DemoLayout({ children }: { children: ReactNode }) {
  return (
    <GrowthProvider>
      <div className="pantry flex min-h-dvh flex-col bg-canvas text-base text-ink">
        <a
          href="#main"
          className="sr-only rounded-control bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
        >
          Skip to content
        </a>
        <header className="border-line border-b bg-surface">
          <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6">
            <Link href="/demo" className="font-(family-name:--font-display) text-2xl text-accent">
              Pantry
            </Link>
            <nav aria-label="Pantry" className="-mx-3 flex items-center text-sm">
              <Link href="/demo" className={navLink}>
                Recipes
              </Link>
              <Link href="/demo/plan" className={navLink}>
                My week
              </Link>
              <MemberLink className={navLink} />
            </nav>
          </div>
        </header>
        <main id="main" className="mx-auto w-full max-w-6xl flex-1 px-4 py-8 sm:px-6 sm:py-10">
          {children}
        </main>
        <SentLog />
      </div>
    </GrowthProvider>
  )
}
