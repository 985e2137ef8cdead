'use client'

import { useEffect, useState } from 'react'

const waiting: (() => void)[] = []

/**
 * False until it is this component's turn: those that ask are let in one by one, in order, whenever the browser has nothing else to
 * do. For what is dear to draw and can come after the first paint; a page full of it never blocks for longer than one takes.
 */
export function useTurn(): boolean {
  const [isDue, setIsDue] = useState(false)
  useEffect(() => queueTurn(() => setIsDue(true)), [])
  return isDue
}

/** Calls `take` when it is its turn, each in a task of its own, first come first served; what comes back gives the turn up. */
export function queueTurn(take: () => void): () => void {
  waiting.push(take)
  if (waiting.length === 1) callNext()
  return () => {
    const place = waiting.indexOf(take)
    if (place >= 0) waiting.splice(place, 1)
  }
}

function callNext(): void {
  whenIdle(() => {
    waiting[0]?.()
    waiting.shift()
    if (waiting.length > 0) callNext()
  })
}

// Safari has no idle callbacks; there a turn is a task of its own.
function whenIdle(task: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(task, { timeout: 500 })
  else setTimeout(task)
}
