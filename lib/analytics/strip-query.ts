/**
 * `url` without fragment and query, but for its `utm_*` parameters: what a route or referrer may hold (DESIGN §6), since
 * other parameters carry tokens and addresses. At most 2,048 characters, the most the collector takes.
 */
export function stripQuery(url: string): string {
  const [path = '', query = ''] = (url.split('#')[0] as string).split('?')
  const campaign = query
    .split('&')
    .filter((pair) => pair.startsWith('utm_'))
    .join('&')
  return (path + (campaign && `?${campaign}`)).slice(0, 2_048)
}
