/** Values of the dynamic segments of a route by name, as Next's `useParams()` gives them; arrays are catch-alls. */
export type RouteParams = Readonly<Record<string, string | readonly string[] | undefined>>

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment // a stray % is taken as it stands
  }
}

/**
 * The route behind a path: `/recipes/42` with `{ id: '42' }` is `/recipes/[id]`, a catch-all is `[...name]`. Values are
 * compared decoded. Where a value stands more than once, the parameters are laid from the end of the path in the
 * reverse of their order, because dynamic segments mostly follow the fixed ones (`/en/en` with `lang`, `slug` is
 * `/[lang]/[slug]`, `/recipes/recipes` with `id` is `/recipes/[id]`). A parameter that the path does not show is left out.
 */
export function toRoutePattern(pathname: string, params: RouteParams | null): string {
  const segments = pathname.split('/').map(decode)
  const pattern: (string | null)[] = pathname.split('/')
  const isTaken = pattern.map(() => false)
  let end = segments.length

  for (const [name, value] of Object.entries(params ?? {}).reverse()) {
    const wanted = (Array.isArray(value) ? value : [value]).filter(Boolean).map(decode)
    if (wanted.length === 0) continue
    const fits = (start: number) => wanted.every((part, at) => !isTaken[start + at] && segments[start + at] === part)
    let start = end - wanted.length
    while (start >= 0 && !fits(start)) start -= 1
    // Parameters of parallel routes need not come in the order of the path.
    if (start < 0) start = segments.findIndex((_, at) => fits(at))
    if (start < 0) continue
    for (let at = start; at < start + wanted.length; at += 1) {
      isTaken[at] = true
      pattern[at] = at === start ? `[${Array.isArray(value) ? '...' : ''}${name}]` : null
    }
    end = start
  }
  return pattern.filter((segment) => segment !== null).join('/')
}
