import Link from 'next/link'
import { CodeBlock } from '../ui/code-block'

/** What to do when no browser has measured anything yet. */
export function NoVitals() {
  return (
    <>
      <p>
        Open the{' '}
        <Link href="/demo" className="font-medium text-accent underline underline-offset-2">
          demo
        </Link>
        , click something and leave the page: its vitals are here a moment later. In your own app one import is enough;
        the script tag needs nothing.
      </p>
      <CodeBlock
        label="In a client component of your app"
        code={`import { performanceMonitor } from '@/lib/analytics/performance'`}
      />
    </>
  )
}
