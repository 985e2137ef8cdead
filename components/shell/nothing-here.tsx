import Link from 'next/link'
import { Button } from '../ui/button'

/** What stands where an address leads nowhere, or to something that is not the visitor's to see: the two look the same. */
export function NothingHere() {
  return (
    <div className="mx-auto flex min-h-[60dvh] max-w-md flex-col items-start justify-center gap-4 px-4">
      <p className="figures font-mono text-ink-faint text-sm">404</p>
      <h1 className="font-semibold text-2xl tracking-tight">There is nothing here</h1>
      <p className="text-ink-soft">The address is wrong, or it leads to a project that you are not a member of.</p>
      <Button asChild>
        <Link href="/">To the start page</Link>
      </Button>
    </div>
  )
}
