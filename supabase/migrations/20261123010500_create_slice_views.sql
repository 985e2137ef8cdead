-- Purpose: when each person of a slice first viewed a page, whatever page, so that funnels of page views read one row for six.
-- Reversible: drop table.

create table public.slice_views (
  slice_id integer primary key references public.slices (id) on delete cascade,
  people   integer[] not null,
  offsets  integer[] not null
);
comment on table public.slice_views is 'The people of a slice who viewed a page and the first view of each: parallel arrays, in the order of the numbers.';
comment on column public.slice_views.people is 'Numbers of people.';
comment on column public.slice_views.offsets is 'ms since the slice''s start_ms.';
comment on index public.slice_views_pkey is 'Who viewed a page when first in this slice?';
alter table public.slice_views enable row level security;
revoke all on table public.slice_views from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.slice_views to service_role;
create policy slice_views_all_service_role on public.slice_views for all to service_role using (true) with check (true);

create function public.build_slice_views(p_slice_id integer)
returns void
language sql volatile security invoker set search_path = ''
set work_mem = '64MB'
as $$
  insert into public.slice_views (slice_id, people, offsets)
  select p_slice_id, array_agg(v.person order by v.person), array_agg(v.offset_ms order by v.person)
  from (
    select hit.person, min(hit.offset_ms) as offset_ms
    from (
      select unnest(held.people) as person, unnest(held.offsets) as offset_ms
      from public.slice_events as held
      where held.slice_id = p_slice_id and not held.is_conversion and held.event = '$pageview'
    ) as hit
    where hit.person >= 0
    group by hit.person
  ) as v
  having count(*) > 0
$$;
comment on function public.build_slice_views is 'Notes when the people of a slice first viewed a page, from its own rows. Part of build_slice.';
revoke execute on function public.build_slice_views from public, anon, authenticated;
grant execute on function public.build_slice_views to service_role;
