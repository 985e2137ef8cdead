const OFFSET = /^([+-])(\d{2})(?::?(\d{2}))?$/

/**
 * The name by which Postgres knows a time zone that `Intl` accepted. Names stay; an offset such as `+05:30` becomes the POSIX
 * form `<+05:30>-05:30`, because Postgres reads a bare offset with the sign turned round.
 * Source: https://www.postgresql.org/docs/15/datetime-posix-timezone-specs.html
 */
export function toStoreTimezone(timezone: string): string {
  const match = OFFSET.exec(timezone)
  if (!match) return timezone
  const [, sign, hours, minutes = '00'] = match
  return `<${sign}${hours}:${minutes}>${sign === '+' ? '-' : '+'}${hours}:${minutes}`
}
