-- Purpose: when each person was first there in a slice, so that nobody's whole history is read for it.   Reversible: drop table.

create table public.slice_arrivals (
  slice_id integer primary key references public.slices (id) on delete cascade,
  people   integer[] not null,
  offsets  integer[] not null
);
comment on table public.slice_arrivals is 'The people of a slice and the first row of each: parallel arrays, in the order of the numbers.';
comment on column public.slice_arrivals.people is 'Numbers of people.';
comment on column public.slice_arrivals.offsets is 'ms since the slice''s start_ms.';
comment on index public.slice_arrivals_pkey is 'Who came when in this slice?';
alter table public.slice_arrivals enable row level security;
revoke all on table public.slice_arrivals from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.slice_arrivals to service_role;
create policy slice_arrivals_all_service_role on public.slice_arrivals for all to service_role using (true) with check (true);

create function public.build_slice_arrivals(p_slice_id integer)
returns void
language sql volatile security invoker set search_path = ''
set work_mem = '64MB'
as $$
  insert into public.slice_arrivals (slice_id, people, offsets)
  select p_slice_id, array_agg(a.person order by a.person), array_agg(a.offset_ms order by a.person)
  from (
    select hit.person, min(hit.offset_ms) as offset_ms
    from public.slice_events as held
    cross join lateral unnest(held.people, held.offsets) as hit (person, offset_ms)
    where held.slice_id = p_slice_id and not held.is_conversion and hit.person >= 0
    group by hit.person
  ) as a
  having count(*) > 0
$$;
comment on function public.build_slice_arrivals is 'Notes when the people of a slice arrived, from its own rows. Part of build_slice.';
revoke execute on function public.build_slice_arrivals from public, anon, authenticated;
grant execute on function public.build_slice_arrivals to service_role;
