/** What somebody is called in lists: the application's id, else the end of their number, by which two visitors can be told apart. */
export function toPersonName({ personId, externalId }: { personId: string; externalId: string | null }): string {
  return externalId ?? `Visitor ${personId.slice(-6)}`
}

/** Traits in one line: `plan: pro · seats: 4`. */
export function toTraitLine(traits: Readonly<Record<string, unknown>>): string {
  return Object.entries(traits)
    .map(([key, value]) => `${key}: ${toValueText(value)}`)
    .join(' · ')
}

/** A trait or property as text; structures as JSON. */
export function toValueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
