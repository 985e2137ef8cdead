'use client'

import CircleUserRound from 'lucide-react/icons/circle-user-round'
import LogOut from 'lucide-react/icons/log-out'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { signOut } from '../data/session'
import { Button } from '../ui/button'

/** Who is signed in, and the way out. */
export function AccountMenu({ email }: { email: string }) {
  const [hasFailed, setHasFailed] = useState(false)
  const leave = async () => {
    try {
      await signOut()
      window.location.assign('/sign-in')
    } catch {
      setHasFailed(true) // the session is still there: better to say so than to show a sign-in page
    }
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button variant="quiet" size="icon" aria-label={`Account of ${email}`} title={email}>
          <CircleUserRound aria-hidden="true" className="size-4.5" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-40 w-64 rounded-card border border-line bg-raised p-1.5 text-sm shadow-popover"
        >
          <DropdownMenu.Label className="truncate px-2.5 py-2 text-ink-soft text-xs" title={email}>
            Signed in as <span className="font-medium text-ink">{email}</span>
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="my-1 border-line border-t" />
          <DropdownMenu.Item
            onSelect={(event) => {
              event.preventDefault()
              void leave()
            }}
            className="flex items-center gap-2 rounded-control px-2.5 py-2 outline-none data-[highlighted]:bg-sunken"
          >
            <LogOut aria-hidden="true" className="size-4 text-ink-soft" />
            {hasFailed ? 'Signing out failed. Try again' : 'Sign out'}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
