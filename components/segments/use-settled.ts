'use client'

import { useEffect, useState } from 'react'

/** The value once it has stayed the same for `settleMs`, so that not each key pressed is a question to the server. */
export function useSettled<Value>(value: Value, settleMs = 300): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs)
    return () => clearTimeout(timer)
  }, [value, settleMs])
  return settled
}
