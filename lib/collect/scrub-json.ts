import { PAYLOAD_LIMITS } from '../contracts/collect-limits'
import type { Scrubbed } from './storable-text'

/** What is done to the parts of a JSON value. */
export type JsonRules = {
  /** The name as it is stored; null when a property of that name may not be. */
  toName(name: string): Scrubbed<string> | null
  toText(text: string): Scrubbed<string>
  toNumber(value: number): number | string
}

type Walk = { rules: JsonRules; propertiesLeft: number; cutCount: number }

/** Stands for a value that is left out. */
const CUT = Symbol('cut')
const { propertiesMax, depthMax, arrayItemsMax } = PAYLOAD_LIMITS

/**
 * A JSON object within `PAYLOAD_LIMITS`, its names and values as the rules make them; null when the value is no plain
 * object. Names such as `__proto__` stay plain names, of two names that become equal the first stays. Looks at no more than
 * the limits let it keep, however large or deep the input; comes out as the same object when nothing had to change.
 */
export function scrubJsonObject(value: unknown, rules: JsonRules): Scrubbed<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const walk = { rules, propertiesLeft: propertiesMax, cutCount: 0 }
  const scrubbed = scrubObject(value as Record<string, unknown>, depthMax - 1, walk)
  return { value: scrubbed, cutCount: walk.cutCount }
}

function scrubValue(value: unknown, depthLeft: number, walk: Walk): unknown {
  if (typeof value === 'string') return count(walk.rules.toText(value), walk)
  if (typeof value === 'number') return walk.rules.toNumber(value)
  if (typeof value !== 'object' || value === null) return value
  if (depthLeft === 0) {
    walk.cutCount += 1
    return CUT
  }
  return Array.isArray(value)
    ? scrubArray(value, depthLeft - 1, walk)
    : scrubObject(value as Record<string, unknown>, depthLeft - 1, walk)
}

function scrubArray(items: readonly unknown[], depthLeft: number, walk: Walk): readonly unknown[] {
  walk.cutCount += Math.max(0, items.length - arrayItemsMax)
  const kept = items
    .slice(0, arrayItemsMax)
    .map((item) => scrubValue(item, depthLeft, walk))
    .filter((item) => item !== CUT)
  return kept.length === items.length && kept.every((item, index) => item === items[index]) ? items : kept
}

// Most objects have nothing to scrub, and copying them was a tenth of collecting: the copy begins at the first difference.
function scrubObject(
  object: Readonly<Record<string, unknown>>,
  depthLeft: number,
  walk: Walk,
): Record<string, unknown> {
  const names = Object.keys(object)
  let copy: Record<string, unknown> | null = null
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string
    if (walk.propertiesLeft === 0) {
      walk.cutCount += names.length - index
      return copy ?? copyOf(object, names.slice(0, index))
    }
    const stored = walk.rules.toName(name)
    const value = stored === null ? CUT : scrubProperty(object[name], depthLeft, walk)
    if (copy === null) {
      if (stored?.value === name && value === object[name]) continue
      copy = copyOf(object, names.slice(0, index))
    }
    if (stored === null || value === CUT) continue
    walk.cutCount += stored.cutCount
    if (Object.hasOwn(copy, stored.value)) walk.cutCount += 1
    else define(copy, stored.value, value)
  }
  return copy ?? (object as Record<string, unknown>)
}

function scrubProperty(value: unknown, depthLeft: number, walk: Walk): unknown {
  walk.propertiesLeft -= 1
  return scrubValue(value, depthLeft, walk)
}

function copyOf(object: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  const copy = {}
  for (const name of names) define(copy, name, object[name])
  return copy
}

function define(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value
  // Assigning would call the setter.
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
}

function count<Value>({ value, cutCount }: Scrubbed<Value>, walk: Walk): Value {
  walk.cutCount += cutCount
  return value
}
