import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../../supabase/embedded/migrations'
import { schedulePartitions } from '../../../supabase/embedded/partition-schedule'
import { openPostgresStore } from '../../../supabase/embedded/postgres-store'
import { describeStoreKinds } from '../../support/store'

const FIRST = '20260101000000_create_things.sql'
const SECOND = '20260102000000_add_colour.sql'

describeStoreKinds('migrations', (kind, openPlace) => {
  let folder = ''
  let place: Awaited<ReturnType<typeof openPlace>>

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'growth-migrations-'))
    write(
      FIRST,
      'create table public.things (id integer);\n-- a comment; with a semicolon\ninsert into public.things values (1);\n',
    )
    place = await openPlace()
  })

  afterEach(async () => {
    await place.store.close()
    await place.remove()
    rmSync(folder, { recursive: true })
  })

  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  const run = () => migrate(place.store, { folder })
  const query = (sql: string) => place.store.transaction({}, (tx) => tx.query(sql))

  test('each file is applied once, in order, and recorded as the Supabase CLI does', async () => {
    write(SECOND, 'alter table public.things add colour text')
    expect(await run()).toBe(2)
    expect(await run()).toBe(0)
    const rows = await query(
      'select version, name, to_json(statements)::text as statements from supabase_migrations.schema_migrations order by version',
    )
    expect(rows.map((row) => ({ ...row, statements: JSON.parse(String(row.statements)) }))).toEqual([
      {
        version: '20260101000000',
        name: 'create_things',
        statements: [
          'create table public.things (id integer)',
          '-- a comment; with a semicolon\ninsert into public.things values (1)',
        ],
      },
      { version: '20260102000000', name: 'add_colour', statements: ['alter table public.things add colour text'] },
    ])
  })

  test('a file that fails leaves nothing behind, and the ones before it stay', async () => {
    write(SECOND, 'create table public.more (id integer); select 1 / 0')
    await expect(run()).rejects.toThrow(/20260102000000_add_colour.sql, statement 2: 22012 division by zero/)
    expect(
      await query("select to_regclass('public.more') as more, to_regclass('public.things')::text as things"),
    ).toEqual([{ more: null, things: 'things' }])
    write(SECOND, 'create table public.more (id integer)')
    expect(await run()).toBe(1)
  })

  test('a file that was applied and has changed stops the start, whatever its line ends', async () => {
    await run()
    write(
      FIRST,
      'create table public.things (id integer);\r\n-- a comment; with a semicolon\r\ninsert into public.things values (1);\r\n',
    )
    expect(await run()).toBe(0)
    write(FIRST, 'create table public.things (id bigint)')
    await expect(run()).rejects.toThrow(/20260101000000_create_things.sql was applied to this database and has changed/)
  })

  test('a database that is newer than the files stops the start', async () => {
    write(SECOND, 'select 1')
    await run()
    rmSync(join(folder, SECOND))
    await expect(run()).rejects.toThrow(/newer than this version of Growth Stack: it has migration 20260102000000/)
  })

  test('a file with a wrong name, or two with one timestamp, stop the start', async () => {
    write('create_things.sql', 'select 1')
    await expect(run()).rejects.toThrow(/a migration is named/)
    rmSync(join(folder, 'create_things.sql'))
    write('20260101000000_other.sql', 'select 1')
    await expect(run()).rejects.toThrow(/the same timestamp/)
  })

  test('what anon may do to a new table is what migrations revoke', async () => {
    await run()
    const [row] = await query(`select
      has_table_privilege('anon', 'public.things', 'select, insert') as anon,
      has_table_privilege('service_role', 'public.things', 'delete') as service,
      (select rolbypassrls from pg_roles where rolname = 'service_role') as bypasses,
      pg_has_role('authenticator', 'anon', 'member') as authenticator`)
    expect(row).toEqual({ anon: true, service: true, bypasses: true, authenticator: true })
  })

  test('partitions are created ahead at the start when there is a function for it, and a failure is reported', async () => {
    await run()
    const faults: unknown[] = []
    ;(await schedulePartitions(place.store, (error) => faults.push(error)))()
    expect(faults).toEqual([])
    await query('create table public.calls (id integer)')
    await query(
      "create function public.create_partitions_ahead() returns integer language sql as 'insert into public.calls values (1) returning 1'",
    )
    ;(await schedulePartitions(place.store, (error) => faults.push(error)))()
    expect(await query('select count(*)::int as calls from public.calls')).toEqual([{ calls: 1 }])
    await query('drop table public.calls')
    ;(await schedulePartitions(place.store, (error) => faults.push(error)))()
    expect(String(faults)).toContain('calls')
  })

  if (kind === 'pglite') return // what follows is about several servers and users, which PGlite has not

  test('two servers that start at once apply each file once', async () => {
    const other = await openPostgresStore(place.url)
    write(SECOND, 'alter table public.things add colour text')
    const applied = await Promise.all([run(), migrate(other, { folder })])
    await other.close()
    expect(applied[0] + applied[1]).toBe(2)
  })

  const createRole = (name: string) =>
    query(
      `do $$ begin if not exists (select from pg_roles where rolname = '${name}') then create role ${name} login; end if; end $$`,
    )
  const openAs = (user: string) => {
    const url = new URL(place.url)
    url.username = user
    return openPostgresStore(url.href)
  }

  test('a user who may not create roles is told what is missing', async () => {
    await createRole('growth_weak')
    const weak = await openAs('growth_weak')
    await expect(migrate(weak, { folder })).rejects.toThrow(
      /may not prepare the database: [\s\S]*create role service_role[\s\S]*grant create on database/,
    )
    await weak.close()
  })

  test('a user who owns the database and is a member of the roles needs no more', async () => {
    await createRole('growth_owner')
    const [database] = await query('select current_database() as name')
    await run()
    await query('drop schema auth cascade')
    await query('drop schema supabase_migrations cascade')
    await query('drop table public.things')
    await query('grant anon, authenticated, service_role to growth_owner')
    await query(`alter database ${database?.name} owner to growth_owner`)
    const owner = await openAs('growth_owner')
    expect(await migrate(owner, { folder })).toBe(1)
    const answer = await owner.transaction({}, async (tx) => {
      await tx.query("select set_config('role', 'service_role', true)")
      return tx.query('select current_user as who, count(*)::int as things from public.things')
    })
    expect(answer).toEqual([{ who: 'service_role', things: 1 }])
    await owner.close()
  })
})
