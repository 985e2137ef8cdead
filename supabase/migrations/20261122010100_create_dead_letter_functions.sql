-- Purpose: park refused rows, show them, settle them.   Reversible: drop function.
create function public.park_dead_letters(
  p_project_id integer,
  p_rows       jsonb -- array of {lane, reason, code, content}; content is a row as the lane's append function takes it
)
returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_erased bigint[];
  v_parked integer;
begin
  -- As an append: what an erasure forbids must not wait here either.
  v_erased := public.begin_append(
    p_project_id, (select jsonb_agg(sent.value -> 'content' order by sent.ordinality)
                   from jsonb_array_elements(p_rows) with ordinality as sent)
  );
  insert into public.dead_letters (project_id, lane, timestamp, actor_id, id, reason, code, content)
  select distinct on (key.timestamp, key.actor_id, key.id, sent.lane)
    p_project_id, sent.lane, key.timestamp, key.actor_id, key.id, sent.reason, coalesce(sent.code, ''), sent.content
  from rows from (
    jsonb_to_recordset(p_rows) as (lane text, reason text, code text, content jsonb)
  ) with ordinality as sent
  cross join jsonb_to_record(sent.content) as key (timestamp bigint, actor_id uuid, id uuid)
  where sent.ordinality <> all (v_erased)
  order by key.timestamp, key.actor_id, key.id, sent.lane
  on conflict do nothing;
  get diagnostics v_parked = row_count;
  return v_parked;
end
$$;
comment on function public.park_dead_letters is 'Keeps rows that an append function refused; returns how many were not here yet. A row that comes again is left as it is, and one that an erasure forbids is dropped. Any row without a key fails the whole call.';
revoke execute on function public.park_dead_letters from public, anon, authenticated;
grant execute on function public.park_dead_letters to service_role;

create function public.get_dead_letters(
  p_project_id integer,
  p_before     bigint,  -- letter_id; null begins with the latest
  p_limit      integer  -- 1..1000
)
returns table (
  letter_id bigint, lane text, reason text, code text, content jsonb, created_at timestamptz, attempts integer
)
language sql stable security invoker set search_path = ''
as $$
  select letter.letter_id, letter.lane, letter.reason, letter.code, letter.content, letter.created_at, letter.attempts
  from public.dead_letters as letter
  where letter.project_id = p_project_id and (p_before is null or letter.letter_id < p_before)
  order by letter.letter_id desc
  limit p_limit
$$;
comment on function public.get_dead_letters is 'A page of a project''s dead letters, the latest first.';
revoke execute on function public.get_dead_letters from public, anon, authenticated;
grant execute on function public.get_dead_letters to service_role;

create function public.count_dead_letters(p_project_id integer)
returns integer
language sql stable security invoker set search_path = ''
as $$
  select count(*)::integer from public.dead_letters as letter where letter.project_id = p_project_id
$$;
comment on function public.count_dead_letters is 'How many dead letters a project has.';
revoke execute on function public.count_dead_letters from public, anon, authenticated;
grant execute on function public.count_dead_letters to service_role;

create function public.get_untried_letters(
  p_project_id integer,
  p_letter_ids bigint[],    -- null for all
  p_before     timestamptz, -- letters tried later are left out; null is now
  p_limit      integer
)
returns table (letter_id bigint, lane text, content jsonb, before timestamptz)
language sql stable security invoker set search_path = ''
as $$
  select letter.letter_id, letter.lane, letter.content, coalesce(p_before, now())
  from public.dead_letters as letter
  where letter.project_id = p_project_id
    and letter.tried_at < coalesce(p_before, now())
    and (p_letter_ids is null or letter.letter_id = any (p_letter_ids))
  order by letter.tried_at, letter.letter_id
  limit p_limit
$$;
comment on function public.get_untried_letters is 'Letters that were not tried since p_before, the longest untried first; before is what the next call of the same round passes.';
revoke execute on function public.get_untried_letters from public, anon, authenticated;
grant execute on function public.get_untried_letters to service_role;

create function public.settle_dead_letters(
  p_project_id integer,
  p_gone       bigint[], -- letters whose row is stored now, or is not wanted
  p_refused    jsonb default '[]' -- array of {letter_id, reason, code}: tried again in vain
)
returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_gone integer;
begin
  -- In key order, so that two of these cannot deadlock.
  perform
  from public.dead_letters as letter
  where letter.project_id = p_project_id
    and (
      letter.letter_id = any (p_gone)
      or letter.letter_id in (select sent.letter_id from jsonb_to_recordset(p_refused) as sent (letter_id bigint))
    )
  order by letter.letter_id
  for update;

  update public.dead_letters as letter
  set attempts = letter.attempts + 1, tried_at = clock_timestamp(), reason = sent.reason, code = sent.code
  from jsonb_to_recordset(p_refused) as sent (letter_id bigint, reason text, code text)
  where letter.project_id = p_project_id and letter.letter_id = sent.letter_id;

  delete from public.dead_letters as letter
  where letter.project_id = p_project_id and letter.letter_id = any (p_gone);
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function public.settle_dead_letters is 'Removes letters and notes failed attempts of others; returns how many it removed. Letters of other projects stay.';
revoke execute on function public.settle_dead_letters from public, anon, authenticated;
grant execute on function public.settle_dead_letters to service_role;
