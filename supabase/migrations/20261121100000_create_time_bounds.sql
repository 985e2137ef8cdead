-- Purpose: cut a time range into the local hours, days, weeks or months of a time zone.   Reversible: drop function.
-- The starts of the buckets that touch [p_from, p_to), ascending, and as last element the end of the last one: n buckets
-- are n + 1 instants (Unix ms). The first start may lie before p_from, the end after p_to. Made for width_bucket().
create function public.get_time_bounds(
  p_from       bigint,                  -- ms, inclusive
  p_to         bigint,                  -- ms, exclusive, after p_from
  p_bucket     text,                    -- hour | day | week | month
  p_timezone   text,                    -- as Postgres knows it: IANA or POSIX
  p_week_start text default 'monday'    -- monday | sunday
)
returns bigint[]
language sql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
as $$
  with
  -- the range in the time zone
  local_range as (
    select
      to_timestamp(p_from / 1000.0) as from_at,
      to_timestamp(p_to / 1000.0)   as to_at,
      to_timestamp(p_from / 1000.0) at time zone p_timezone as local_from,
      to_timestamp(p_to / 1000.0) at time zone p_timezone   as local_to
  ),
  -- Every local hour holds an instant of this grid, because clocks move by multiples of 15 minutes. Truncating an instant
  -- keeps its offset, so that the hour that happens twice in autumn gives two buckets. Where clocks moved by less than an
  -- hour (Lord Howe: 30 minutes) the hour may have begun under another offset: then it begins with the change.
  hour_start as (
    select
      case
        when h.truncated_at at time zone p_timezone = date_trunc('hour', h.first_at at time zone p_timezone)
          then h.truncated_at
        else h.first_at
      end as start_at
    from (
      select date_trunc('hour', grid.grid_at, p_timezone) as truncated_at, min(grid.grid_at) as first_at
      from
        local_range,
        generate_series(
          date_bin('15 minutes', from_at, 'epoch') - interval '1 hour', to_at + interval '2 hours', interval '15 minutes'
        ) as grid (grid_at)
      where p_bucket = 'hour'
      group by 1
    ) as h
  ),
  -- the first dates of the local days, weeks or months
  local_date as (
    select series.local_at
    from
      local_range,
      generate_series(
        case
          when p_bucket = 'week' and p_week_start = 'sunday'
            then date_trunc('week', local_from + interval '1 day') - interval '1 day'
          else date_trunc(p_bucket, local_from)
        end,
        local_to + 2 * ('1 ' || p_bucket)::interval,
        ('1 ' || p_bucket)::interval
      ) as series (local_at)
    where p_bucket in ('day', 'week', 'month')
  ),
  -- The first instant of each date. Where midnight is skipped Postgres already answers the instant of the change; where
  -- clocks fall back to midnight it answers the second midnight, and the date began an hour before that.
  date_start as (
    select
      case
        when ((local_at at time zone p_timezone) - interval '1 hour') at time zone p_timezone >= local_at
          then (local_at at time zone p_timezone) - interval '1 hour'
        else local_at at time zone p_timezone
      end as start_at
    from local_date
  ),
  -- a date that a zone skipped whole (Samoa, 30 December 2011) begins with the next one: one bucket
  bound as (
    select distinct (extract(epoch from start_at) * 1000)::bigint as start_ms
    from (select start_at from hour_start union all select start_at from date_start) as starts
  )
  select array_agg(start_ms order by start_ms)
  from bound
  where
    start_ms >= (select max(start_ms) from bound where start_ms <= p_from)
    and start_ms <= (select min(start_ms) from bound where start_ms >= p_to)
$$;

comment on function public.get_time_bounds is
  'Instants (ms) at which the local hours, days, weeks or months of a time zone begin, over the buckets that touch [p_from, p_to), and the end of the last one.';
revoke execute on function public.get_time_bounds from public, anon, authenticated;
grant execute on function public.get_time_bounds to service_role;
