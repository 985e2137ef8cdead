-- Purpose: whoever changes rows marks their slices, in the same transaction.   Reversible: drop trigger, the definitions before.
-- What append_events adds is marked by the hours of its differences (event_count_deltas), which cost nothing more. All else
-- that touches raw rows or links is rare: triggers, once per statement, so that no writer can forget.
create function public.mark_changed_rows()
returns trigger
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into public.slice_marks (project_id, from_ms, to_ms)
  select distinct held.project_id, held.hour, held.hour + 3600000
  from (
    select c.project_id, c.timestamp - ((c.timestamp % 3600000) + 3600000) % 3600000 as hour from changed as c
  ) as held;
  return null;
end
$$;
comment on function public.mark_changed_rows is 'Marks the hours of rows that were updated or deleted; their timestamps never change.';
revoke execute on function public.mark_changed_rows from public, anon, authenticated;
grant execute on function public.mark_changed_rows to service_role;

create trigger user_events_mark_deleted after delete on public.user_events
  referencing old table as changed for each statement execute function public.mark_changed_rows();
create trigger user_events_mark_updated after update on public.user_events
  referencing new table as changed for each statement execute function public.mark_changed_rows();
create trigger conversions_mark_deleted after delete on public.conversions
  referencing old table as changed for each statement execute function public.mark_changed_rows();
create trigger conversions_mark_updated after update on public.conversions
  referencing new table as changed for each statement execute function public.mark_changed_rows();

-- A link moves the rows of its actor: from whom they counted for, be it the actor itself or the person of an earlier link.
create function public.mark_changed_links()
returns trigger
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into public.slice_links (project_id, person_id)
    select c.project_id, uuid_hash_extended(c.actor_id, 0) from changed as c
    -- the actor of a user, by which the user is known, counted for nobody else before
    where c.actor_id <> c.person_id;
  else
    insert into public.slice_links (project_id, person_id)
    select c.project_id, uuid_hash_extended(c.person_id, 0) from changed as c;
  end if;
  return null;
end
$$;
comment on function public.mark_changed_links is 'Notes whose rows count for somebody else from now on.';
revoke execute on function public.mark_changed_links from public, anon, authenticated;
grant execute on function public.mark_changed_links to service_role;

create trigger actor_person_mark_inserted after insert on public.actor_person
  referencing new table as changed for each statement execute function public.mark_changed_links();
create trigger actor_person_mark_updated after update on public.actor_person
  referencing old table as changed for each statement execute function public.mark_changed_links();
create trigger actor_person_mark_deleted after delete on public.actor_person
  referencing old table as changed for each statement execute function public.mark_changed_links();

-- An erasure that ends gives the person's numbers back.
create function public.mark_erased_people()
returns trigger
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into public.slice_links (project_id, person_id, is_erased)
  select old.project_id, uuid_hash_extended(erased.actor_id, 0), true
  from unnest(old.actor_ids) as erased (actor_id);
  return null;
end
$$;
comment on function public.mark_erased_people is 'Notes whose number is to go.';
revoke execute on function public.mark_erased_people from public, anon, authenticated;
grant execute on function public.mark_erased_people to service_role;

create trigger erasures_mark_finished after update on public.erasures
  for each row when (old.finished_at is null and new.finished_at is not null)
  execute function public.mark_erased_people();

-- The hours of what is folded stay marked.
create or replace function public.fold_event_counts(
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
  marked as (
    insert into public.slice_marks (project_id, from_ms, to_ms)
    select distinct s.project_id, s.hour, s.hour + 3600000 from sums as s
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
comment on function public.fold_event_counts is 'Adds up to p_limit differences to event_counts, marks their hours and removes them, in one transaction; returns how many it took. Any number of callers at once; less than p_limit means that none was left for this one.';

-- A month that is dropped whole fires no trigger.
create or replace function public.drop_expired_partition(
  p_now bigint -- ms
)
returns text
language plpgsql volatile security definer set search_path = '' set lock_timeout = '2s'
as $$
declare
  v_tables constant text[] := array[
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ];
  v_table  text;
  v_cutoff bigint;
  v_name   text;
  v_month  timestamp;
begin
  -- The clock of the caller may be wrong; nothing may go that is not outlived by the store's own.
  p_now := least(p_now, (extract(epoch from now()) * 1000)::bigint);
  perform pg_advisory_xact_lock(hashtext('growth_stack.create_partitions'));
  foreach v_table in array v_tables loop
    -- Null as soon as one project keeps its rows for good.
    select case
      when count(*) = count(public.get_retention_ms(project.settings, v_table))
        then p_now - max(public.get_retention_ms(project.settings, v_table))
    end
    into v_cutoff
    from public.projects as project;
    continue when v_cutoff is null;

    select part.relname into v_name
    from pg_catalog.pg_inherits as link
    join pg_catalog.pg_class as part on part.oid = link.inhrelid
    where link.inhparent = format('public.%I', v_table)::regclass
      -- As create_partitions names them; the default partition is none of these.
      and part.relname ~ ('^' || v_table || '_[0-9]{6}$')
      and extract(epoch from to_date(right(part.relname, 6), 'YYYYMM') + interval '1 month') * 1000 <= v_cutoff
    order by part.relname
    limit 1;
    if found then
      execute format('drop table public.%I', v_name);
      if v_table in ('user_events', 'conversions') then
        v_month := to_date(right(v_name, 6), 'YYYYMM');
        insert into public.slice_marks (project_id, from_ms, to_ms)
        select
          project.id, (extract(epoch from v_month) * 1000)::bigint,
          (extract(epoch from v_month + interval '1 month') * 1000)::bigint
        from public.projects as project;
      end if;
      return v_name;
    end if;
  end loop;
  return null;
end
$$;
