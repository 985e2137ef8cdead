'use client'

import type { Route } from 'next'
import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import type { Role } from '@/lib/contracts/session'
import { toFrameSearch } from '../filters/parse-report-filters'
import { classNames } from '../ui/class-names'
import { PAGE_GROUPS, toCurrentPage } from './pages'

type NavigationProps = {
  /** The viewer's role in the project that is shown; undefined when it is none of theirs. */
  role: Role | undefined
  /** Called when a page was chosen, for what must close then. */
  onChoose?: () => void
}

/** The pages, grouped; links take project, range and filters along, so that every page looks at the same. */
export function Navigation({ role, onChoose }: NavigationProps) {
  const current = toCurrentPage(usePathname() ?? '')
  const search = toFrameSearch(useSearchParams() ?? new URLSearchParams())
  return (
    <nav aria-label="Main" className="flex flex-col gap-4">
      {PAGE_GROUPS.map((group) => (
        <div key={group.name}>
          <p className="mb-1 px-2.5 font-medium text-2xs text-ink-faint">{group.name}</p>
          <ul className="flex flex-col gap-px">
            {group.pages
              .filter(({ isForAdmins }) => !isForAdmins || role === 'admin')
              .map(({ path, name, Icon }) => (
                <li key={path}>
                  <Link
                    href={(search ? `${path}?${search}` : path) as Route}
                    {...(onChoose && { onClick: onChoose })}
                    aria-current={current?.path === path ? 'page' : undefined}
                    className={classNames(
                      'group flex h-9 items-center gap-2.5 rounded-control px-2.5 font-medium text-[0.8125rem] transition-colors lg:h-8',
                      current?.path === path
                        ? 'bg-accent-soft text-accent'
                        : 'text-ink-soft hover:bg-sunken hover:text-ink',
                    )}
                  >
                    <Icon aria-hidden="true" className="size-4 shrink-0" />
                    {name}
                  </Link>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}
