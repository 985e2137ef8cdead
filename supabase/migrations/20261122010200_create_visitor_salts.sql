-- Purpose: one random salt per UTC day for the keys of anonymous visitors, destroyed two days later.   Reversible: drop table.
create table public.visitor_salts (
  day        integer primary key,
  -- Two random uuids carry 244 random bits, and need no extension.
  salt       text not null default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')
             check (salt ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now()
);
comment on table public.visitor_salts is 'Salts of the visitor keys, one per UTC day for the whole install. Without its salt a key says nothing about whom it was made from.';
comment on column public.visitor_salts.day is 'Days since 1970-01-01 UTC.';
comment on index public.visitor_salts_pkey is 'The salt of this day.';

alter table public.visitor_salts enable row level security;
revoke all on table public.visitor_salts from public, anon, authenticated, service_role;
grant select, insert, delete on table public.visitor_salts to service_role;
create policy visitor_salts_all_service_role on public.visitor_salts for all to service_role using (true) with check (true);

create function public.purge_visitor_salts()
returns integer
language sql volatile security invoker set search_path = ''
as $$
  with purged as (
    delete from public.visitor_salts as held
    where held.day < floor(extract(epoch from now()) / 86400) - 1
    returning held.day
  )
  select count(*)::integer from purged
$$;
comment on function public.purge_visitor_salts is 'Destroys the salts of days that began 48 hours ago or earlier; returns how many there were.';
revoke execute on function public.purge_visitor_salts from public, anon, authenticated;
grant execute on function public.purge_visitor_salts to service_role;

create function public.get_visitor_salt(
  p_day integer -- days since 1970-01-01 UTC
)
returns text
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_salt text;
begin
  -- A salt that was destroyed must not come back as another, nor exist ahead of its time.
  if p_day is null or abs(p_day - floor(extract(epoch from now()) / 86400)) > 1 then
    raise exception 'invalid_day' using errcode = '22023', hint = 'Today, yesterday or tomorrow, in days since 1970-01-01 UTC.';
  end if;
  select held.salt into v_salt from public.visitor_salts as held where held.day = p_day;
  if found then
    return v_salt;
  end if;
  perform public.purge_visitor_salts();
  insert into public.visitor_salts (day) values (p_day) on conflict do nothing;
  -- Whoever came first made it.
  select held.salt into strict v_salt from public.visitor_salts as held where held.day = p_day;
  return v_salt;
end
$$;
comment on function public.get_visitor_salt is 'The salt of a day, made by the first who asks. Fails with 22023 for any day but today, yesterday and tomorrow.';
revoke execute on function public.get_visitor_salt from public, anon, authenticated;
grant execute on function public.get_visitor_salt to service_role;
