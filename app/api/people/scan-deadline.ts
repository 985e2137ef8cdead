/** No index leads to a person: looking through ten million rows takes seconds, on a small machine tens of them. */
export const SCAN_DEADLINE_MS = 5 * 60_000
