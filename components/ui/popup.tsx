'use client'

import X from 'lucide-react/icons/x'
import { Dialog, Popover } from 'radix-ui'
import { type ReactElement, type ReactNode, useSyncExternalStore } from 'react'
import { Button } from './button'

/** Up to here a popup is a sheet at the bottom: phones, and wider windows at 200 % zoom. */
const SHEET_QUERY = '(max-width: 40rem)'

function subscribe(onChange: () => void): () => void {
  const query = window.matchMedia(SHEET_QUERY)
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

function useIsNarrow(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(SHEET_QUERY).matches,
    () => false,
  )
}

type PopupProps = {
  /** What it is about: its name for screen readers, and the title of the sheet. */
  title: string
  /** The button that opens it. */
  trigger: ReactElement
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  children: ReactNode
}

/** Controls behind a button: beside it where there is room, in a sheet at the bottom where there is not. Escape closes. */
export function Popup({ title, trigger, isOpen, onOpenChange, children }: PopupProps) {
  if (useIsNarrow()) {
    return (
      <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
        <Dialog.Trigger asChild>{trigger}</Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-overlay" />
          <Dialog.Content
            aria-describedby={undefined}
            className="fixed inset-x-0 bottom-0 z-50 flex max-h-[85dvh] flex-col gap-3 overflow-y-auto rounded-t-card border border-line bg-raised p-4 pb-6 text-[0.8125rem] shadow-popover"
          >
            <div className="flex items-center justify-between gap-2">
              <Dialog.Title className="font-semibold text-sm">{title}</Dialog.Title>
              <Dialog.Close asChild>
                <Button variant="quiet" size="icon" aria-label="Close" className="-my-1 -mr-1">
                  <X aria-hidden="true" className="size-4" />
                </Button>
              </Dialog.Close>
            </div>
            {children}
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    )
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={onOpenChange}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={16}
          aria-label={title}
          className="z-40 flex max-h-(--radix-popover-content-available-height) w-[min(22rem,calc(100vw-2rem))] flex-col gap-3 overflow-y-auto rounded-card border border-line bg-raised p-3 text-[0.8125rem] shadow-popover outline-none"
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
