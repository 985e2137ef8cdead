'use client'

import X from 'lucide-react/icons/x'
import { Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button'

type DialogProps = {
  title: string
  description?: ReactNode
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  children: ReactNode
  /** `alert` for a decision that cannot be undone: no way out but its buttons and Escape. */
  kind?: 'dialog' | 'alert'
}

/** A modal dialog: focus stays inside and returns to where it came from, Escape closes. */
export function Dialog({ title, description, isOpen, onOpenChange, children, kind = 'dialog' }: DialogProps) {
  return (
    <Primitive.Root open={isOpen} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Primitive.Content
          role={kind === 'alert' ? 'alertdialog' : 'dialog'}
          {...(description === undefined && { 'aria-describedby': undefined })}
          onPointerDownOutside={(event) => kind === 'alert' && event.preventDefault()}
          className="fixed top-1/2 left-1/2 z-50 flex max-h-[90dvh] w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-card border border-line bg-raised p-6 shadow-popover"
        >
          <div className="flex items-start justify-between gap-4">
            <div>
              <Primitive.Title className="font-semibold text-base">{title}</Primitive.Title>
              {description !== undefined && (
                <Primitive.Description asChild>
                  <div className="mt-1 text-ink-soft text-sm">{description}</div>
                </Primitive.Description>
              )}
            </div>
            {kind === 'dialog' && (
              <Primitive.Close asChild>
                <Button variant="quiet" size="icon" aria-label="Close" className="-mt-1.5 -mr-2">
                  <X aria-hidden="true" className="size-4" />
                </Button>
              </Primitive.Close>
            )}
          </div>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
