'use client'

import { useCallback, useState } from 'react'
import { RequestError } from './request-error'

export type SubmitState = {
  /** Why the last attempt failed; undefined before and after a success. */
  error: RequestError | undefined
  isSending: boolean
  /** True from a success until the next attempt or `reset`. */
  isDone: boolean
  /** Runs one change; a second call while one runs is ignored. Resolves to whether it succeeded. */
  submit: (change: () => Promise<unknown>) => Promise<boolean>
  reset: () => void
}

/** The state of one form or button that changes something at the server. */
export function useSubmit(): SubmitState {
  const [state, setState] = useState<Pick<SubmitState, 'error' | 'isSending' | 'isDone'>>(IDLE)
  const submit = useCallback(
    async (change: () => Promise<unknown>) => {
      if (state.isSending) return false
      setState({ error: undefined, isSending: true, isDone: false })
      try {
        await change()
        setState({ error: undefined, isSending: false, isDone: true })
        return true
      } catch (error) {
        if (!(error instanceof RequestError)) throw error
        setState({ error, isSending: false, isDone: false })
        return false
      }
    },
    [state.isSending],
  )
  return { ...state, submit, reset: useCallback(() => setState(IDLE), []) }
}

const IDLE = { error: undefined, isSending: false, isDone: false }
