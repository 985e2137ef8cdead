-- Purpose: fold the differences into the counts, read both, compare them with the raw rows.   Reversible: drop function.
create function public.fold_event_counts(
  p_limit integer default 20000 -- differences in one call
)
returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_folded integer;
  v_zeros  public.event_counts[];
begin
  with
  -- Each folder takes what no other one has.
  claimed as (
    delete from public.event_count_deltas as delta
    where delta.ctid = any (array(
      select free.ctid from public.event_count_deltas as free limit p_limit for update skip locked
    ))
    returning delta.*
  ),
  sums as (
    select c.project_id, c.hour, c.kind, c.name, c.step, c.bot, sum(c.row_count) as row_count, count(*) as delta_count
    from claimed as c
    group by c.project_id, c.hour, c.kind, c.name, c.step, c.bot
  ),
  -- In key order, so that two folders cannot deadlock.
  folded as (
    insert into public.event_counts as stored (project_id, hour, kind, name, step, bot, row_count)
    select s.project_id, s.hour, s.kind, s.name, s.step, s.bot, s.row_count
    from sums as s
    order by s.project_id, s.hour, s.kind, s.name, s.step, s.bot
    on conflict (project_id, hour, kind, name, step, bot) do update set row_count = stored.row_count + excluded.row_count
    returning stored.*
  )
  select
    coalesce((select sum(s.delta_count) from sums as s), 0),
    array(select folded::public.event_counts from folded where folded.row_count = 0)
  into v_folded, v_zeros;

  -- What was erased leaves no name behind.
  delete from public.event_counts as stored
  using unnest(v_zeros) as zero
  where stored.project_id = zero.project_id and stored.hour = zero.hour and stored.kind = zero.kind
    and stored.name = zero.name and stored.step = zero.step and stored.bot = zero.bot;
  return v_folded;
end
$$;
comment on function public.fold_event_counts is 'Adds up to p_limit differences to event_counts and removes them, in one transaction; returns how many it took. Any number of callers at once; less than p_limit means that none was left for this one.';
revoke execute on function public.fold_event_counts from public, anon, authenticated;
grant execute on function public.fold_event_counts to service_role;

create function public.get_event_counts(
  p_project_id integer,
  p_from       bigint, -- ms, inclusive
  p_to         bigint  -- ms, exclusive
)
returns table (hour bigint, kind text, name text, step text, bot boolean, row_count bigint)
language sql stable security invoker set search_path = ''
as $$
  select c.hour, c.kind, c.name, c.step, c.bot, sum(c.row_count)::bigint
  from (
    select stored.hour, stored.kind, stored.name, stored.step, stored.bot, stored.row_count
    from public.event_counts as stored
    where stored.project_id = p_project_id and stored.hour >= p_from and stored.hour < p_to
    union all
    select delta.hour, delta.kind, delta.name, delta.step, delta.bot, delta.row_count
    from public.event_count_deltas as delta
    where delta.project_id = p_project_id and delta.hour >= p_from and delta.hour < p_to
  ) as c
  group by c.hour, c.kind, c.name, c.step, c.bot
  having sum(c.row_count) <> 0
  order by c.hour, c.kind, c.name, c.step, c.bot
$$;
comment on function public.get_event_counts is 'Events and conversions by the hours that begin in [p_from, p_to), exact at every moment, folded or not.';
revoke execute on function public.get_event_counts from public, anon, authenticated;
grant execute on function public.get_event_counts to service_role;

create function public.get_count_errors(
  p_project_id integer,
  p_from       bigint, -- ms, inclusive, the beginning of an hour
  p_to         bigint  -- ms, exclusive, the beginning of an hour
)
returns table (hour bigint, kind text, name text, step text, bot boolean, counted bigint, stored bigint)
language sql stable security invoker set search_path = ''
as $$
  select hour, kind, name, step, bot, coalesce(c.row_count, 0), coalesce(r.row_count, 0)
  from public.get_event_counts(p_project_id, p_from, p_to) as c
  full join (
    select
      e.timestamp - ((e.timestamp % 3600000) + 3600000) % 3600000 as hour, 'event' as kind, e.event as name, '' as step,
      e.bot_reasons is not null as bot, count(*) as row_count
    from public.user_events as e
    where e.project_id = p_project_id and e.timestamp >= p_from and e.timestamp < p_to
    group by 1, 3, 5
    union all
    select
      c.timestamp - ((c.timestamp % 3600000) + 3600000) % 3600000, 'conversion', c.funnel, c.step,
      c.bot_reasons is not null, count(*)
    from public.conversions as c
    where c.project_id = p_project_id and c.timestamp >= p_from and c.timestamp < p_to
    group by 1, 3, 4, 5
  ) as r using (hour, kind, name, step, bot)
  where c.row_count is distinct from r.row_count
  order by hour, kind, name, step, bot
$$;
comment on function public.get_count_errors is 'Where the counts differ from a recount of the raw rows: nowhere, unless raw rows were purged or changed by hand.';
revoke execute on function public.get_count_errors from public, anon, authenticated;
grant execute on function public.get_count_errors to service_role;
