import Link from 'next/link'

/** What to do when nobody was there. */
export function NoActivity() {
  return (
    <p>
      Choose a longer range or take a filter out. Without any events yet, click through the{' '}
      <Link href="/demo" className="font-medium text-accent underline underline-offset-2">
        demo
      </Link>{' '}
      or put the script tag of the overview into your site.
    </p>
  )
}
