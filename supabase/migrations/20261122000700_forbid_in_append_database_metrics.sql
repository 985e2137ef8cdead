-- Purpose: keep out of append_database_metrics what an erasure forbids.   Reversible: the definition before.
-- Sorted by key: concurrent batches take their locks in one order and cannot deadlock.
create or replace function public.append_database_metrics(
  p_project_id integer,
  p_rows       jsonb -- array of objects; absent and null are the same
)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_forbidden  bigint[] := public.begin_append(p_project_id, p_rows);
  v_duplicates jsonb;
begin
  with
  input as materialized (
    select *
    from rows from (jsonb_to_recordset(p_rows) as (
      id uuid, actor_id uuid, timestamp bigint, query text, duration numeric, rows integer, cached boolean, user_id uuid
    )) with ordinality
  ),
  -- The first copy of each row, in the order of the primary key.
  candidates as materialized (
    select distinct on (input.timestamp, input.actor_id, input.id) input.*
    from input
    where input.ordinality <> all (v_forbidden)
    order by input.timestamp, input.actor_id, input.id, input.ordinality
  ),
  new_keys as (
    insert into public.database_performance_metrics (
      timestamp, project_id, rows, cached, actor_id, id, user_id, query, duration
    )
    select
      c.timestamp, p_project_id, c.rows, coalesce(c.cached, false), c.actor_id, c.id, c.user_id, c.query, c.duration
    from candidates as c
    order by c.timestamp, c.actor_id, c.id
    on conflict do nothing
    returning timestamp, actor_id, id
  ),
  -- What was really stored by this call.
  accepted as materialized (
    select c.ordinality
    from new_keys
    join candidates as c using (timestamp, actor_id, id)
  )
  select coalesce(jsonb_agg(input.ordinality - 1 order by input.ordinality), '[]')
  into v_duplicates
  from input
  where not exists (select from accepted where accepted.ordinality = input.ordinality);

  return jsonb_build_object('duplicates', v_duplicates);
end
$$;
comment on function public.append_database_metrics is 'Stores a batch in one transaction and answers {"duplicates": [ordinals from 0]}: rows that were stored before, all but the first of identical copies, and rows of erased actors. Any bad row fails the whole call.';
