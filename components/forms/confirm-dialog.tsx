'use client'

import type { ReactNode } from 'react'
import { useSubmit } from '../data/use-submit'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { SubmitOutcome } from './submit-outcome'

type ConfirmDialogProps = {
  title: string
  description: ReactNode
  /** The word on the button that does it. */
  action: string
  onConfirm: () => Promise<unknown>
  onClose: () => void
}

/** Asks before something that cannot be undone; stays open and says why when it fails. */
export function ConfirmDialog({ title, description, action, onConfirm, onClose }: ConfirmDialogProps) {
  const state = useSubmit()
  const confirm = async () => {
    if (await state.submit(onConfirm)) onClose()
  }
  return (
    <Dialog kind="alert" isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title={title} description={description}>
      <SubmitOutcome state={{ ...state, isDone: false }} done="" />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="danger" onClick={confirm} disabled={state.isSending}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
