/** Whether a route answers a report, which can be had as a table, too: what is under /api/analytics/ and neither public nor a way in. */
export function isReport(path: string, permission: string): boolean {
  return path.startsWith('/api/analytics/') && permission !== 'public' && permission !== 'collect.write'
}
