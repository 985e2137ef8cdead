/** A soft bar behind a table row's name: its length is `share` (0..1) of the row. Decoration: the figure stands beside it. */
export function ShareBar({ share }: { share: number }) {
  return (
    <svg aria-hidden="true" width="100%" height="100%" className="absolute inset-0">
      <rect width={`${Math.max(share * 100, 0.5)}%`} height="100%" rx="4" fill="var(--color-accent-soft)" />
    </svg>
  )
}
