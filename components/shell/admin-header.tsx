'use client'

import type { Route } from 'next'
import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import type { SessionAnswer } from '@/lib/contracts/session'
import { classNames } from '../ui/class-names'
import type { Theme } from '../ui/theme'
import { ThemeToggle } from '../ui/theme-toggle'
import { AccountMenu } from './account-menu'
import { Brand } from './brand'
import { ProjectSwitcher } from './project-switcher'

const PAGES: readonly { href: Route; name: string; isForAdmins: boolean }[] = [
  { href: '/admin', name: 'Dashboard', isForAdmins: false },
  { href: '/admin/ingest', name: 'Ingestion', isForAdmins: false },
  { href: '/admin/people', name: 'People', isForAdmins: true },
  { href: '/admin/settings', name: 'Settings', isForAdmins: false },
]

type AdminHeaderProps = { session: SessionAnswer; theme: Theme }

/** The frame's top: where one is, which project, and who is signed in. On a phone the pages have a row of their own. */
export function AdminHeader({ session, theme }: AdminHeaderProps) {
  const pathname = usePathname()
  const project = useSearchParams().get('project')
  const role = session.projects.find(({ slug }) => slug === (project || 'default'))?.role
  return (
    <header className="border-line border-b bg-surface">
      <div className="mx-auto flex max-w-(--page-width) flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2 sm:px-6">
        <div className="flex min-w-0 grow items-center gap-4">
          <Link href="/" className="inline-flex rounded-control">
            <Brand />
          </Link>
          {session.projects.length > 1 && (
            <ProjectSwitcher projects={session.projects} current={project ?? 'default'} />
          )}
        </div>
        <nav
          aria-label="Main"
          className="order-last -mx-2 flex w-full items-center gap-0.5 sm:order-none sm:mx-0 sm:w-auto sm:gap-1"
        >
          {PAGES.filter(({ isForAdmins }) => !isForAdmins || role === 'admin').map(({ href, name }) => (
            <Link
              key={href}
              href={project === null ? href : { pathname: href, query: { project } }}
              aria-current={pathname === href ? 'page' : undefined}
              className={classNames(
                'rounded-control px-2.5 py-2 font-medium text-[0.8125rem] transition-colors hover:bg-sunken hover:text-ink sm:px-3',
                pathname === href ? 'bg-sunken text-ink' : 'text-ink-soft',
              )}
            >
              {name}
            </Link>
          ))}
        </nav>
        <div className="flex items-center gap-1">
          <span aria-hidden="true" className="mr-1.5 hidden h-5 border-line border-l sm:block" />
          <ThemeToggle initial={theme} />
          <AccountMenu email={session.member.email} />
        </div>
      </div>
    </header>
  )
}
