-- Purpose: what was earned in each slice, by currency.   Reversible: drop table, function.
-- As slice_people, with sums: few events have revenue, so these are small, and a report reads days instead of rows.
create table public.slice_revenue (
  slice_id  integer not null references public.slices (id) on delete cascade,
  chunk     integer not null,
  row_count integer not null default 0,
  revenue   numeric not null default 0,
  dim       text not null,
  currency  text not null,
  value     text,
  numbers   integer[],
  people    bit(32768)
);
comment on table public.slice_revenue is 'Revenue and the people who paid, by currency, dimension and value. Of each one row of chunk -1, with the sums and the numbers of thin chunks; of each chunk with many people a bit string.';
comment on column public.slice_revenue.chunk is 'number >> 15 of the people in the bit string; -1 for the row of sums.';
comment on column public.slice_revenue.row_count is 'Events with revenue, those under Global Privacy Control included.';
comment on column public.slice_revenue.dim is 'any, event, route, country, device, browser, os, utm_source, referrer; hour for the hours of a day and their halves, named as in slice_people.';
create index slice_revenue_slice_id_dim_idx on public.slice_revenue (slice_id, dim);
comment on index public.slice_revenue_slice_id_dim_idx is 'What was earned in these stretches of time?';

alter table public.slice_revenue enable row level security;
revoke all on table public.slice_revenue from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.slice_revenue to service_role;
create policy slice_revenue_all_service_role on public.slice_revenue for all to service_role using (true) with check (true);

create function public.build_slice_revenue(p_slice_id integer)
returns void
language plpgsql volatile security invoker set search_path = ''
set jit = off
-- An hour has a few such rows, a day of a shop many; build_slice, which calls this, has no nested loops.
set plan_cache_mode = force_custom_plan
set enable_nestloop = on
as $$
declare
  v_slice public.slices := (select slice from public.slices as slice where slice.id = p_slice_id);
begin
  with
  paid as materialized (
    select
      coalesce(known.number, -1) as number, (e.timestamp - v_slice.start_ms) / 1800000 as half, r.revenue, r.currency,
      e.event, e.route, e.country, e.device, e.browser, e.os, e.utm_source, e.referrer
    from public.person_events as e
    cross join lateral public.to_revenue(e.properties) as r
    left join public.person_numbers as known on known.project_id = v_slice.project_id and known.person_id = e.person_id
    where
      e.project_id = v_slice.project_id and e.timestamp >= v_slice.start_ms and e.timestamp < v_slice.end_ms
      and jsonb_typeof(e.properties -> 'revenue') = 'number' and e.bot_reasons is null
  ),
  member as (
    select d.dim, p.currency, d.value, p.number, sum(p.revenue) as revenue, count(*) as row_count
    from paid as p
    cross join lateral (
      values
        ('any', null), ('event', p.event), ('route', p.route), ('country', p.country), ('device', p.device),
        ('browser', p.browser), ('os', p.os), ('utm_source', p.utm_source), ('referrer', p.referrer),
        ('hour', (p.half / 2)::text), ('hour', p.half / 2 || case p.half % 2 when 0 then ':00' else ':30' end)
    ) as d (dim, value)
    where d.dim <> 'hour' or v_slice.timezone is not null
    group by 1, 2, 3, 4
  ),
  chunk as materialized (
    select
      m.dim, m.currency, m.value, m.number >> 15 as chunk, sum(m.revenue) as revenue, sum(m.row_count) as row_count,
      array_agg(m.number) as numbers
    from member as m
    group by 1, 2, 3, 4
  )
  insert into public.slice_revenue (slice_id, dim, currency, value, chunk, row_count, revenue, numbers, people)
  select p_slice_id, c.dim, c.currency, c.value, c.chunk, 0, 0, null, public.to_people(c.numbers)
  from chunk as c
  where cardinality(c.numbers) >= 64 and c.chunk >= 0
  union all
  select
    p_slice_id, c.dim, c.currency, c.value, -1, sum(c.row_count), sum(c.revenue),
    coalesce(array_agg(c.number order by c.number) filter (where c.number >= 0), '{}'), null
  from (
    select t.dim, t.currency, t.value, t.row_count, t.revenue, null::integer as number from chunk as t
    union all
    select t.dim, t.currency, t.value, 0, 0, unnest(t.numbers) from chunk as t where cardinality(t.numbers) < 64
  ) as c
  group by c.dim, c.currency, c.value;
end
$$;
comment on function public.build_slice_revenue is 'What was earned in a slice, from the raw rows of its stretch. Part of build_slice.';
revoke execute on function public.build_slice_revenue from public, anon, authenticated;
grant execute on function public.build_slice_revenue to service_role;
