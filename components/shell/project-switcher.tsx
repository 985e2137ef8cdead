'use client'

import Check from 'lucide-react/icons/check'
import ChevronsUpDown from 'lucide-react/icons/chevrons-up-down'
import { useRouter } from 'next/navigation'
import { DropdownMenu } from 'radix-ui'
import type { SessionAnswer } from '@/lib/contracts/session'
import { Button } from '../ui/button'

type ProjectSwitcherProps = { projects: SessionAnswer['projects']; current: string }

/** Chooses among the projects of the signed-in person; the choice is in the address. */
export function ProjectSwitcher({ projects, current }: ProjectSwitcherProps) {
  const router = useRouter()
  const name = projects.find(({ slug }) => slug === current)?.name ?? current
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button size="small" aria-label={`Project: ${name}`} className="max-w-48">
          <span className="truncate">{name}</span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-ink-faint" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          className="z-40 max-h-96 w-64 overflow-y-auto rounded-card border border-line bg-raised p-1.5 text-sm shadow-popover"
        >
          <DropdownMenu.RadioGroup
            value={current}
            onValueChange={(slug) => {
              const url = new URL(window.location.href)
              url.searchParams.set('project', slug)
              url.searchParams.delete('route')
              router.push(`${url.pathname}${url.search}` as '/admin')
            }}
          >
            {projects.map((project) => (
              <DropdownMenu.RadioItem
                key={project.slug}
                value={project.slug}
                className="flex items-center justify-between gap-2 rounded-control px-2.5 py-2 outline-none data-[highlighted]:bg-sunken"
              >
                <span className="truncate">{project.name}</span>
                <DropdownMenu.ItemIndicator>
                  <Check aria-hidden="true" className="size-4 text-accent" />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
