import { SignJWT } from 'jose'

/** Tables and functions for the tests of the embedded server: nothing of the product. */
export const SAMPLE_SQL = `
create table public.recipes (
  id         integer primary key,
  name       text not null unique,
  minutes    integer not null default 30,
  tags       text[] not null default '{}',
  data       jsonb,
  owner_id   uuid,
  made_at    timestamptz not null default '2026-01-01T00:00:00Z'
);
alter table public.recipes enable row level security;
create policy recipes_select_own on public.recipes for select to authenticated using (owner_id = auth.uid());
create policy recipes_insert_own on public.recipes for insert to authenticated with check (owner_id = auth.uid());

create table public.steps (
  recipe_id integer not null references public.recipes (id),
  position  integer not null,
  primary key (recipe_id, position)
);
create table public.locked (id integer primary key);
revoke all on public.locked from anon, authenticated;
create table public.numbers (n integer primary key);
insert into public.numbers select generate_series(1, 1500);

create table public."odd ""name" ("a.b" integer, "order" text, "select" text);
insert into public."odd ""name" values (1, 'first', 'x'), (2, 'second', 'y');

create function public.add_numbers(a integer, b integer default 10) returns integer
  language sql immutable as 'select a + b';
create function public.get_numbers(p_from integer) returns table (n integer, is_even boolean)
  language sql stable as 'select n, n % 2 = 0 from public.numbers where n >= p_from order by n';
create function public.get_scalars() returns setof integer language sql stable as 'select n from public.numbers order by n';
create function public.get_pair() returns table (first integer, second text) language sql stable as $$ select 1, 'one' $$;
create function public.echo_json(p_value jsonb) returns jsonb language sql immutable as 'select p_value';
create function public.count_items(p_rows jsonb, p_tags text[] default null) returns jsonb
  language sql immutable as $$ select jsonb_build_object('rows', jsonb_array_length(p_rows), 'tags', to_jsonb(p_tags)) $$;
create function public.touch_recipe(p_id integer) returns void
  language sql as 'update public.recipes set minutes = minutes + 1 where id = p_id';
create function public.write_in_stable() returns void
  language plpgsql stable as 'begin delete from public.steps; end';
create function public.who() returns jsonb language sql stable
  as $$ select jsonb_build_object('role', current_user, 'uid', auth.uid(), 'claimed', auth.role(), 'email', auth.email(), 'method', current_setting('request.method', true)) $$;
create function public.fail(p_code text) returns void language plpgsql
  as $$ begin raise exception 'made to fail' using errcode = p_code, detail = 'the detail', hint = 'the hint'; end $$;
create function public.burn(p_seconds double precision) returns integer language plpgsql as $$
  declare until timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  begin while clock_timestamp() < until loop end loop; return 1; end $$;
create function public.burn_shortly(p_seconds double precision) returns integer language plpgsql set statement_timeout = '300ms' as $$
  declare until timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  begin while clock_timestamp() < until loop end loop; return 1; end $$;
`

/** A token as Auth would sign it, with claims of one's choice. */
export function signToken(secret: string, claims: Record<string, unknown>, expiresInS = 60): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + expiresInS)
    .sign(new TextEncoder().encode(secret))
}
