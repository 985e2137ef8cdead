import Link from 'next/link'

/** What to do when no cohort has anybody in it. */
export function NoRetention() {
  return (
    <>
      <p>
        Choose another first event above, a longer range, or take a filter out. Without any events yet, click through
        the{' '}
        <Link href="/demo" className="font-medium text-accent underline underline-offset-2">
          demo
        </Link>{' '}
        on two different days, or ask by the hour.
      </p>
      <p>
        People without an account are known for one day only where the project keeps no identity: identify them to
        follow them longer.
      </p>
    </>
  )
}
