'use client'

import Menu from 'lucide-react/icons/menu'
import X from 'lucide-react/icons/x'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { Dialog } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import type { Role, SessionAnswer } from '@/lib/contracts/session'
import { Button } from '../ui/button'
import type { Theme } from '../ui/theme'
import { ThemeToggle } from '../ui/theme-toggle'
import { AccountMenu } from './account-menu'
import { Brand } from './brand'
import { Navigation } from './navigation'
import { ProjectSwitcher } from './project-switcher'

type AdminFrameProps = { session: SessionAnswer; theme: Theme; children: ReactNode }

/**
 * The frame of all pages behind sign-in: a rail of pages at the side, which on a phone, or at 200 % zoom, is a drawer behind a
 * button in a bar at the top.
 */
export function AdminFrame({ session, theme, children }: AdminFrameProps) {
  const project = useSearchParams()?.get('project') || 'default'
  const role = session.projects.find(({ slug }) => slug === project)?.role
  const switcher = session.projects.length > 1 && <ProjectSwitcher projects={session.projects} current={project} />
  const account = (
    <>
      <ThemeToggle initial={theme} />
      <AccountMenu email={session.member.email} />
    </>
  )
  return (
    <div className="lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <header className="flex items-center gap-2 border-line border-b bg-surface px-3 py-2 sm:px-5 lg:hidden">
        <Drawer role={role} />
        <HomeLink isShort={session.projects.length > 1} />
        <div className="ml-auto flex min-w-0 items-center gap-1">
          {switcher}
          {account}
        </div>
      </header>
      <aside className="sticky top-0 hidden h-dvh flex-col gap-5 overflow-y-auto border-line border-r bg-surface px-3 py-4 lg:flex">
        <div className="px-1.5">
          <HomeLink />
        </div>
        {switcher && <div className="flex px-1 *:grow *:justify-between">{switcher}</div>}
        <Navigation role={role} />
        <div className="mt-auto flex items-center gap-1 border-line border-t pt-3">{account}</div>
      </aside>
      {/* What bleeds to the edges of the window ends here, beside the rail. */}
      <div className="relative min-w-0 overflow-x-clip">{children}</div>
    </div>
  )
}

function HomeLink({ isShort = false }: { isShort?: boolean }) {
  return (
    <Link href="/" className="inline-flex rounded-control">
      <Brand isShort={isShort} />
    </Link>
  )
}

function Drawer({ role }: { role: Role | undefined }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Dialog.Root open={isOpen} onOpenChange={setIsOpen}>
      <Dialog.Trigger asChild>
        <Button variant="quiet" size="icon" aria-label="Pages">
          <Menu aria-hidden="true" className="size-5" />
        </Button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 flex w-[min(17rem,85vw)] flex-col gap-4 overflow-y-auto border-line border-r bg-surface px-3 py-3 shadow-popover"
        >
          <div className="flex items-center justify-between pl-1.5">
            <Dialog.Title className="font-semibold">Pages</Dialog.Title>
            <Dialog.Close asChild>
              <Button variant="quiet" size="icon" aria-label="Close">
                <X aria-hidden="true" className="size-4" />
              </Button>
            </Dialog.Close>
          </div>
          <Navigation role={role} onChoose={() => setIsOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
