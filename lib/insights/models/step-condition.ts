type Scalar = string | number | boolean | null
/** The grammar of lib/contracts/step.ts. */
type Condition =
  | Scalar
  | { not: Scalar }
  | { gt: number }
  | { gte: number }
  | { lt: number }
  | { lte: number }
  | { in: readonly Scalar[] }
  | { contains: string }
  | { exists: boolean }

/**
 * Whether a condition holds of a value, undefined where there is none: as `build_step_condition` decides it of properties. Strict in
 * type; `not` holds where the value is missing; the value of a column that has none is null.
 */
export function isConditionMet(condition: Condition, value: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return value === condition
  if ('not' in condition) return value !== condition.not
  if ('in' in condition) return condition.in.some((each) => each === value)
  if ('contains' in condition) return typeof value === 'string' && value.includes(condition.contains)
  if ('exists' in condition) return (value !== undefined) === condition.exists
  if (typeof value !== 'number') return false
  if ('gt' in condition) return value > condition.gt
  if ('gte' in condition) return value >= condition.gte
  if ('lt' in condition) return value < condition.lt
  return value <= condition.lte
}

/** The first condition that does not hold, with what is there instead; null when all do. */
export function findUnmet(
  where: Readonly<Record<string, Condition>>,
  values: Readonly<Record<string, unknown>>,
): { key: string; expected: Condition; actual: unknown } | null {
  for (const [key, expected] of Object.entries(where)) {
    // A column always exists to the store's grammar, as null when it is empty.
    const actual = key.startsWith('$') && !hasExists(expected) ? (values[key] ?? null) : values[key]
    if (!isConditionMet(expected, actual)) return { key, expected, actual: actual ?? null }
  }
  return null
}

function hasExists(condition: Condition): boolean {
  return typeof condition === 'object' && condition !== null && 'exists' in condition
}
