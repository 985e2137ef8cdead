-- Purpose: how two sends of one navigation merge their objects.   Reversible: drop function.
create function public.merge_attribution(
  p_stored jsonb,
  p_sent   jsonb,
  p_won    text[] -- metrics whose sent value replaces the stored one
)
returns jsonb
language sql immutable parallel safe security invoker set search_path = ''
as $$
  -- A value that wins takes its cause along, and drops the cause of the value it replaces even if it brings none.
  select nullif(
    (coalesce(p_stored, '{}') - p_won)
      || coalesce((select jsonb_object_agg(cause.key, cause.value) from jsonb_each(p_sent) as cause
                   where cause.key = any (p_won)), '{}'),
    '{}'
  )
$$;
comment on function public.merge_attribution is 'Attribution after a merge: that of each winning metric comes from the send, all other stays. Null when nothing is left.';
revoke execute on function public.merge_attribution from public, anon, authenticated;
grant execute on function public.merge_attribution to service_role;

create function public.merge_newer(
  p_stored      jsonb,
  p_sent        jsonb,
  p_stored_seqs jsonb, -- by name: sequence number of the stored value
  p_sent_seqs   jsonb  -- by name: sequence number of the sent value
)
returns jsonb
language sql immutable parallel safe security invoker set search_path = ''
as $$
  select case
    when p_sent is null then p_stored
    else coalesce(p_stored, '{}') || coalesce(
      (select jsonb_object_agg(sent.key, sent.value) from jsonb_each(p_sent) as sent
       where (p_sent_seqs ->> sent.key)::integer > coalesce((p_stored_seqs ->> sent.key)::integer, -1)), '{}')
  end
$$;
comment on function public.merge_newer is 'Two objects merged by name: a sent value replaces the stored one when its sequence number is higher.';
revoke execute on function public.merge_newer from public, anon, authenticated;
grant execute on function public.merge_newer to service_role;
