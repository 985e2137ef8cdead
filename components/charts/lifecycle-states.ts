/** The states of a lifecycle in the order in which they are stacked; differing by pattern, too, never by colour alone. */
export const LIFECYCLE_STATES = [
  { key: 'returning', label: 'Returning', color: 'var(--color-series-1)', isHatched: false },
  { key: 'resurrecting', label: 'Resurrecting', color: 'var(--color-series-2)', isHatched: true },
  { key: 'new', label: 'New', color: 'var(--color-series-2)', isHatched: false },
  { key: 'dormant', label: 'Dormant', color: 'var(--color-series-3)', isHatched: true },
] as const

/** One interval; `dormant` is null while it runs. */
export type LifecyclePoint = {
  start: string
  isComplete: boolean
  new: number
  returning: number
  resurrecting: number
  dormant: number | null
}
