-- Purpose: let raw rows go when each project has outlived them.   Reversible: drop function.
-- The counts by hour (event_counts) stay: they are what remains of events that are gone, and say nothing about anyone.
-- Profiles and links stay as well; they end with the person's erasure.
create function public.get_retention_ms(
  p_settings jsonb, -- of a project
  p_table    text   -- raw table
)
returns bigint
language sql immutable security invoker set search_path = ''
as $$
  select case
    when jsonb_typeof(days.value) = 'number' and (days.value::text)::numeric between 1 and 36500
      then floor((days.value::text)::numeric)::bigint * 86400000
  end
  from (
    select p_settings -> 'retentionDays' -> case p_table
      when 'user_events' then 'events'
      when 'identifications' then 'events'
      when 'conversions' then 'conversions'
      when 'performance_metrics' then 'vitals'
      when 'ai_performance_metrics' then 'ai'
      when 'database_performance_metrics' then 'database'
    end as value
  ) as days
$$;
comment on function public.get_retention_ms is 'How long a project keeps the rows of a raw table, ms. Null keeps them for good, also when the setting is none.';
revoke execute on function public.get_retention_ms from public, anon, authenticated;
grant execute on function public.get_retention_ms to service_role;

-- Security definer because only the owner may drop tables; grants let service_role alone call it. One partition per call,
-- as the lock keeps all readers and writers of the table waiting until the end of the transaction. Whoever waits for a
-- lock makes the later ones wait, so it gives up after two seconds; the next run tries again.
create function public.drop_expired_partition(
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
      return v_name;
    end if;
  end loop;
  return null;
end
$$;
comment on function public.drop_expired_partition is 'Drops one monthly partition that every project has outlived whole and returns its name; null when there is none. Fails with 55P03 when a lock was busy for two seconds; nothing is changed then.';
revoke execute on function public.drop_expired_partition from public, anon, authenticated;
grant execute on function public.drop_expired_partition to service_role;

create function public.purge_expired_rows(
  p_now  bigint,                -- ms
  p_rows integer default 50000  -- deleted per call, about
)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_tables constant text[] := array[
    'user_events', 'conversions', 'identifications',
    'performance_metrics', 'ai_performance_metrics', 'database_performance_metrics'
  ];
  v_kept   record;
  v_table  regclass;
  v_end    bigint;
  v_count  integer;
begin
  p_now := least(p_now, (extract(epoch from now()) * 1000)::bigint);
  for v_kept in
    select
      project.id as project_id,
      raw.name as table_name,
      p_now - public.get_retention_ms(project.settings, raw.name) as cutoff
    from public.projects as project
    cross join unnest(v_tables) with ordinality as raw (name, position)
    where public.get_retention_ms(project.settings, raw.name) is not null
    order by project.id, raw.position
  loop
    delete from public.dead_letters as letter
    where letter.project_id = v_kept.project_id
      and letter.lane = case v_kept.table_name
        when 'user_events' then 'events'
        when 'performance_metrics' then 'vitals'
        when 'ai_performance_metrics' then 'ai'
        when 'database_performance_metrics' then 'database'
      end
      -- A row may have been refused for its very timestamp.
      and (letter.timestamp < v_kept.cutoff or letter.created_at < to_timestamp(v_kept.cutoff / 1000.0));
    get diagnostics v_count = row_count;
    if v_count > 0 then
      return jsonb_build_object('table', 'dead_letters', 'count', v_count);
    end if;

    v_table := public.to_person_table(v_kept.table_name);
    -- Its very first row is to stay, or there is none: the usual case, at the cost of one look.
    continue when coalesce(public.get_window_end(v_kept.project_id, v_table, null, 1) >= v_kept.cutoff, true);
    v_end := public.get_window_end(v_kept.project_id, v_table, null, p_rows);
    execute format(
      'delete from %s as held where held.project_id = $1 and held.timestamp <= $2 and held.timestamp < $3',
      v_table
    ) using v_kept.project_id, v_end, v_kept.cutoff;
    get diagnostics v_count = row_count;
    return jsonb_build_object('table', v_kept.table_name, 'count', v_count);
  end loop;
  return null;
end
$$;
comment on function public.purge_expired_rows is 'Deletes some of the raw rows and dead letters that their project has outlived: {"table", "count"}; null when there are none left.';
revoke execute on function public.purge_expired_rows from public, anon, authenticated;
grant execute on function public.purge_expired_rows to service_role;

create function public.purge_ingest_minutes(
  p_now bigint -- ms
)
returns integer
language sql volatile security invoker set search_path = ''
as $$
  with purged as (
    delete from public.ingest_minutes as minute
    where minute.minute_ms < least(p_now, (extract(epoch from now()) * 1000)::bigint) - 30 * 86400000::bigint
    returning minute.minute_ms
  )
  select count(*)::integer from purged
$$;
comment on function public.purge_ingest_minutes is 'Deletes the figures of minutes more than 30 days ago; returns how many rows there were.';
revoke execute on function public.purge_ingest_minutes from public, anon, authenticated;
grant execute on function public.purge_ingest_minutes to service_role;

comment on column public.user_profiles.total_events is 'Events of this user that were ever stored; those that the project has outlived included.';
