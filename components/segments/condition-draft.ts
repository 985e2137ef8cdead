import { COLUMN_KEYS, type Condition } from '@/lib/contracts/step'

/** What a condition compares with, in the words of the editor. */
export const OPERATORS = [
  { op: 'eq', text: 'is', takes: 'one' },
  { op: 'not', text: 'is not', takes: 'one' },
  { op: 'in', text: 'is any of', takes: 'many' },
  { op: 'contains', text: 'contains', takes: 'text' },
  { op: 'gt', text: 'is more than', takes: 'number' },
  { op: 'gte', text: 'is at least', takes: 'number' },
  { op: 'lt', text: 'is less than', takes: 'number' },
  { op: 'lte', text: 'is at most', takes: 'number' },
  { op: 'exists', text: 'is set', takes: 'nothing' },
  { op: 'missing', text: 'is not set', takes: 'nothing' },
] as const
export type Operator = (typeof OPERATORS)[number]['op']
type Scalar = string | number | boolean | null

/** A condition on one value as it is being written: all of it text. */
export type ConditionDraft = { key: string; op: Operator; value: string }

export const EMPTY_CONDITION: ConditionDraft = { key: '', op: 'eq', value: '' }

/** What follows the operator: one value, several with commas between, a number, some text, or nothing. */
export function toOperand(op: Operator): (typeof OPERATORS)[number]['takes'] {
  return OPERATORS.find((each) => each.op === op)?.takes ?? 'one'
}

/**
 * The value that a text means. Conditions are strict in type, so `3`, `true` and `null` are what they look like, and a text in
 * double quotes is that text whatever it looks like. Columns such as `$country` hold texts only.
 */
export function parseScalar(text: string, key: string): Scalar {
  const trimmed = text.trim()
  if ((COLUMN_KEYS as readonly string[]).includes(key)) return trimmed
  if (/^-?\d+(\.\d+)?$/.test(trimmed) || /^(true|false|null|".*")$/.test(trimmed)) {
    try {
      return JSON.parse(trimmed) as Scalar
    } catch {
      return trimmed // 007 and "a"b" look like JSON and are not
    }
  }
  return trimmed
}

/** The text of a value, such that `parseScalar` gives the value back. */
export function formatScalar(value: Scalar, key: string): string {
  if (typeof value !== 'string') return String(value)
  return parseScalar(value, key) === value && !value.includes(',') ? value : JSON.stringify(value)
}

/** The condition that a draft means; undefined while something is missing: null is a value to compare with. */
export function toCondition({ key, op, value }: ConditionDraft): Condition | undefined {
  const text = value.trim()
  switch (op) {
    case 'exists':
      return { exists: true }
    case 'missing':
      return { exists: false }
    case 'in': {
      const values = splitList(text).map((each) => parseScalar(each, key))
      return values.length > 0 ? { in: values } : undefined
    }
    case 'contains':
      return text === '' ? undefined : { contains: text }
    case 'eq':
      return text === '' ? undefined : parseScalar(text, key)
    case 'not':
      return text === '' ? undefined : { not: parseScalar(text, key) }
    default: {
      const number = Number(text)
      return text !== '' && Number.isFinite(number) ? ({ [op]: number } as Condition) : undefined
    }
  }
}

/** The conditions that drafts mean, by what they are on; none for no draft, null while one of them is not complete. */
export function toConditions(drafts: readonly ConditionDraft[]): Record<string, Condition> | null {
  const conditions: Record<string, Condition> = {}
  for (const draft of drafts) {
    const key = draft.key.trim()
    const is = toCondition({ ...draft, key })
    if (key === '' || is === undefined) return null
    conditions[key] = is
  }
  return conditions
}

/** The draft that means a condition. */
export function toConditionDraft(key: string, is: Condition): ConditionDraft {
  if (is === null || typeof is !== 'object') return { key, op: 'eq', value: formatScalar(is, key) }
  if ('exists' in is) return { key, op: is.exists ? 'exists' : 'missing', value: '' }
  if ('in' in is) return { key, op: 'in', value: is.in.map((each) => formatScalar(each, key)).join(', ') }
  if ('contains' in is) return { key, op: 'contains', value: is.contains }
  if ('not' in is) return { key, op: 'not', value: formatScalar(is.not, key) }
  const [op, value] = Object.entries(is)[0] as [Operator, number]
  return { key, op, value: String(value) }
}

// Commas inside double quotes belong to the value.
function splitList(text: string): string[] {
  return (text.match(/(?:"(?:\\.|[^"\\])*"|[^,])+/g) ?? []).map((each) => each.trim()).filter((each) => each !== '')
}
