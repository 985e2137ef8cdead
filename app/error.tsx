'use client'

import { Button } from '@/components/ui/button'

type ErrorPageProps = { error: unknown; retry: () => void }

/** Shown when a page could not be rendered at all; the digest finds the cause in the server's log. */
export default function ErrorPage({ error, retry }: ErrorPageProps) {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : null
  return (
    <div role="alert" className="mx-auto flex min-h-[60dvh] max-w-md flex-col items-start justify-center gap-4 px-4">
      <h1 className="font-semibold text-2xl tracking-tight">This page could not be shown</h1>
      <p className="text-ink-soft">
        Nothing is lost: what was sent is stored or waits to be sent again. Try once more; if it stays, the server’s log
        says why.
      </p>
      {digest && <p className="font-mono text-ink-faint text-xs">digest {digest}</p>}
      <Button variant="primary" onClick={retry}>
        Try again
      </Button>
    </div>
  )
}
