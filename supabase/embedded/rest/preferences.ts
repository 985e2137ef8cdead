import { RestError } from './rest-error.ts'

/** What the header `Prefer` asks for. Source: RFC 7240 and https://docs.postgrest.org/en/v13/references/api/preferences.html */
export type Preferences = {
  readonly wantsRows: boolean
  readonly wantsCount: boolean
  readonly resolution: 'merge-duplicates' | 'ignore-duplicates' | null
  readonly isMissingDefault: boolean
  readonly affectedMax: number | null
  /** The value of `Preference-Applied`; empty for none. */
  readonly applied: string
}

const KNOWN =
  /^(return=(representation|minimal|headers-only)|count=(exact|planned|estimated)|resolution=(merge|ignore)-duplicates|missing=(default|null)|handling=(strict|lenient)|max-affected=\d+)$/

/** Reads the header; unknown preferences are ignored, or refused (PGRST122) under `handling=strict`. */
export function parsePreferences(header: string | undefined): Preferences {
  const wishes = (header ?? '')
    .split(',')
    .map((wish) => wish.trim())
    .filter(Boolean)
  const known = wishes.filter((wish) => KNOWN.test(wish))
  const isStrict = known.includes('handling=strict')
  if (isStrict && known.length < wishes.length) {
    throw new RestError(400, 'PGRST122', 'Invalid preferences given with handling=strict', {
      details: `Invalid preferences: ${wishes.filter((wish) => !KNOWN.test(wish)).join(', ')}`,
    })
  }
  const readWish = (name: string) => known.find((wish) => wish.startsWith(`${name}=`))?.slice(name.length + 1) ?? null
  const affectedMax = isStrict ? readWish('max-affected') : null
  return {
    wantsRows: readWish('return') === 'representation',
    // Planned and estimated counts exist to be cheaper; the exact one is never wrong.
    wantsCount: readWish('count') !== null,
    resolution: readWish('resolution') as Preferences['resolution'],
    isMissingDefault: readWish('missing') === 'default',
    affectedMax: affectedMax === null ? null : Number(affectedMax),
    applied: known.join(', '),
  }
}
