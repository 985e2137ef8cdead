/** A browser storage seen as what it is: text by key. */
export type StorageArea = Record<string, string>

/**
 * The page's storage of one kind; where it is forbidden (a sandboxed frame, blocked site data) or already full, an object
 * that lasts as long as the page. The first write tells: looking at the property alone may throw a SecurityError.
 */
export function openArea(kind: 'localStorage' | 'sessionStorage'): StorageArea {
  try {
    const area = window[kind] as unknown as StorageArea
    area.growth = ''
    delete area.growth
    return area
  } catch {
    return {} // nothing a caller could do about it
  }
}
