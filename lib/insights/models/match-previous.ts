type Counts = { events: number; people: number; sessions: number }
type Counted = Counts & { value: string | null }

/** Each row with the figures that its value had in the period before: zeros where it had none. */
export function matchPrevious<Row extends Counted>(
  rows: readonly Row[],
  before: readonly Counted[],
): (Row & { previous: Counts })[] {
  const known = new Map(before.map((row) => [row.value, row]))
  return rows.map((row) => {
    const { events = 0, people = 0, sessions = 0 } = known.get(row.value) ?? {}
    return { ...row, previous: { events, people, sessions } }
  })
}
