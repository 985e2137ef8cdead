-- Purpose: all events of a project, a page after the other.   Reversible: drop function.
-- Pages follow the primary key, so each is read from the index where the last one ended: the millionth row costs what the first
-- does, and rows that arrive meanwhile move nothing. One jsonb value and not rows, because PostgREST cuts a set off at 1,000.
create function public.get_event_page(
  p_project_id   integer,
  p_from         bigint,                  -- ms, inclusive
  p_to           bigint,                  -- ms, exclusive
  p_filters      jsonb default '{}',
  p_include_bots boolean default false,
  p_after        jsonb default null,      -- `next` of the page before
  p_limit        integer default 2000
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
set statement_timeout = '10s'
set jit = off
as $$
declare
  v_answer jsonb;
begin
  execute format(
    $query$
      with
      page as materialized (
        select e.*
        from public.person_events as e
        where
          e.project_id = %1$L::integer
          and e.timestamp >= %2$L::bigint
          and e.timestamp < %3$L::bigint
          and %4$s
          and %5$s
          and %6$s
        order by e.timestamp, e.actor_id, e.id
        limit %7$L::integer
      ),
      -- the application's own id of the user that the row was sent with
      named as (
        select page.*, coalesce(profile.external_id, stored.user_id::text) as user_id
        from page
        -- row by row through the key: what the planner expects of a page makes it read the whole table instead
        cross join lateral (
          select s.user_id
          from public.user_events as s
          where
            s.project_id = %1$L::integer and s.timestamp = page.timestamp
            and s.actor_id = page.actor_id and s.id = page.id
          limit 1
        ) as stored
        left join public.user_profiles as profile
          on profile.project_id = %1$L::integer and profile.user_id = stored.user_id
      )
      select jsonb_build_object(
        'rows', coalesce(jsonb_agg(
          to_jsonb(n) - 'project_id' || jsonb_build_object('person_id', n.person_id::text)
          order by n.timestamp, n.actor_id, n.id
        ), '[]'),
        'next', case when count(*) = %7$L::integer then (
          select jsonb_build_object('timestamp', last.timestamp, 'actor_id', last.actor_id, 'id', last.id)
          from page as last
          order by last.timestamp desc, last.actor_id desc, last.id desc
          limit 1
        ) end
      )
      from named as n
    $query$,
    p_project_id,
    coalesce((p_after ->> 'timestamp')::bigint, p_from), p_to,
    case
      when p_after is null then 'true'
      else format(
        '(e.timestamp, e.actor_id, e.id) > (%L::bigint, %L::uuid, %L::uuid)',
        p_after ->> 'timestamp', p_after ->> 'actor_id', p_after ->> 'id'
      )
    end,
    case when p_include_bots then 'true' else 'e.bot_reasons is null' end,
    public.build_filter(p_project_id, p_filters),
    p_limit
  )
  into v_answer;
  return v_answer;
end
$$;

comment on function public.get_event_page is
  'A page of events in the order of the primary key: { rows, next }; next is null after the last one, else p_after of the next page.';
revoke execute on function public.get_event_page from public, anon, authenticated;
grant execute on function public.get_event_page to service_role;
