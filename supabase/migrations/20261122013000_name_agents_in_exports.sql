-- Purpose: tell people what is known of their browsers, not a number of ours.   Reversible: the definition before.
create or replace function public.to_export_row(
  p_row       jsonb, -- of a raw table, or content of a dead letter
  p_actor_ids uuid[] -- whose export it is
)
returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select case
    when row.value ->> 'actor_id' = any (p_actor_ids::text[]) then row.value
    -- Somebody else signed in on this person's browser: who, is not for them to know.
    else row.value - array['actor_id', 'user_id', 'session_id', 'external_id', 'traits']
  end
  from (
    select p_row
      -- Readers of JSON end at 2^53.
      || case
        when p_row ? 'visitor_id' then jsonb_build_object('visitor_id', p_row ->> 'visitor_id')
        else '{}'::jsonb
      end
      || coalesce(
        (
          select jsonb_build_object(
            'device', nullif(agent.device, ''), 'browser', nullif(agent.browser, ''), 'os', nullif(agent.os, '')
          )
          from public.agents as agent
          where agent.id = (p_row ->> 'agent_id')::integer
        ),
        '{}'
      ) as value
  ) as row
$$;
comment on function public.to_export_row is 'A row as a person is given it: 64-bit keys as text, their browser in words, and without anybody else''s name.';
