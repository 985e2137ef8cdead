'use client'

import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'
import { useEffect, useState } from 'react'
import { Button } from './button'

const CONFIRMATION_MS = 2_000

/** Copies `text` and says so for two seconds. Where the clipboard is closed to the page (plain http), it says that instead. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null)
  useEffect(() => {
    if (outcome === null) return
    const timer = setTimeout(() => setOutcome(null), CONFIRMATION_MS)
    return () => clearTimeout(timer)
  }, [outcome])

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setOutcome('copied')
    } catch {
      setOutcome('refused') // no permission, or an insecure origin where navigator.clipboard does not exist
    }
  }
  return (
    <Button size="small" variant="quiet" aria-label={label} onClick={copy}>
      {outcome === 'copied' ? (
        <Check aria-hidden="true" className="size-3.5 text-good" />
      ) : (
        <Copy aria-hidden="true" className="size-3.5" />
      )}
      <span role="status">
        {outcome === null ? 'Copy' : outcome === 'copied' ? 'Copied' : 'Select and copy by hand'}
      </span>
    </Button>
  )
}
