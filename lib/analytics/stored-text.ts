export type StorageArea = 'localStorage' | 'sessionStorage'

/**
 * What could not be written: a sandboxed frame or blocked site data make storage throw when it is only looked at, and a
 * full one throws when written. This page then remembers for itself.
 */
const unwritten = new Map<string, string | null>()

/** The text under `key`, or null. Where storage is forbidden or full, what this page wrote last. */
export function readText(area: StorageArea, key: string): string | null {
  try {
    return unwritten.get(area + key) ?? window[area].getItem(key)
  } catch {
    return null // storage is forbidden here, which no caller can change
  }
}

/** Keeps `text` under `key`; null removes it. Never throws: in the worst case it lasts as long as the page. */
export function writeText(area: StorageArea, key: string, text: string | null): void {
  try {
    unwritten.delete(area + key)
    if (text === null) window[area].removeItem(key)
    else window[area].setItem(key, text)
  } catch {
    unwritten.set(area + key, text)
  }
}
