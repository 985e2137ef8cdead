import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeStores } from '../../support/store'
import { SAMPLE_SQL, signToken } from './sample'

const OWNER = '11111111-1111-4111-8111-111111111111'
const OTHER = '22222222-2222-4222-8222-222222222222'

describeStores(
  'the embedded REST server',
  (store) => {
    beforeAll(async () => {
      await store.sql(SAMPLE_SQL)
    })

    beforeEach(async () => {
      await store.sql(`
        delete from public.steps; delete from public.recipes;
        insert into public.recipes (id, name, minutes, tags, data, owner_id) values
          (1, 'Soup', 20, '{quick,warm}', '{"user": {"name": "Ann"}, "parts": [1, 2], "score": 5}', '${OWNER}'),
          (2, 'Bread', 90, '{slow}', '{"user": {"name": "Bob"}}', '${OTHER}'),
          (3, 'Salad, green', 10, '{quick}', null, null);
        insert into public.steps values (1, 1), (1, 2)`)
    })

    const recipes = () => store.client().from('recipes')

    describe('reading', () => {
      test('selects columns, aliases, JSON paths and casts', async () => {
        const { data, error, status } = await recipes()
          .select('id, title:name, data->user->>name, part:data->parts->1, minutes::text')
          .eq('id', 1)
        expect(error).toBeNull()
        expect(status).toBe(200)
        expect(data).toEqual([{ id: 1, title: 'Soup', name: 'Ann', part: 2, minutes: '20' }])
      })

      test.each([
        ['eq', (q: Query) => q.eq('name', 'Soup'), [1]],
        ['neq', (q: Query) => q.neq('name', 'Soup'), [2, 3]],
        ['gt', (q: Query) => q.gt('minutes', 20), [2]],
        ['gte and lt', (q: Query) => q.gte('minutes', 20).lt('minutes', 90), [1]],
        ['lte', (q: Query) => q.lte('minutes', 20), [1, 3]],
        ['like', (q: Query) => q.like('name', 'S%'), [1, 3]],
        ['ilike', (q: Query) => q.ilike('name', '%READ'), [2]],
        ['is null', (q: Query) => q.is('data', null), [3]],
        ['not is null', (q: Query) => q.not('data', 'is', null), [1, 2]],
        ['in, with a comma in a value', (q: Query) => q.in('name', ['Salad, green', 'Bread']), [2, 3]],
        ['in, empty', (q: Query) => q.in('id', []), []],
        ['not in', (q: Query) => q.not('id', 'in', '(1,2)'), [3]],
        ['contains, array', (q: Query) => q.contains('tags', ['quick']), [1, 3]],
        ['contains, JSON', (q: Query) => q.contains('data', { user: { name: 'Ann' } }), [1]],
        ['contained by', (q: Query) => q.containedBy('tags', ['slow', 'cold']), [2]],
        ['overlaps', (q: Query) => q.overlaps('tags', ['slow', 'warm']), [1, 2]],
        ['or', (q: Query) => q.or('id.eq.1,name.eq."Salad, green"'), [1, 3]],
        ['or with and and in', (q: Query) => q.or('and(minutes.gt.15,minutes.lt.30),id.in.(2,7)'), [1, 2]],
        ['negated or', (q: Query) => q.not('id', 'eq', 1).or('not.and(id.gt.1,id.lt.3)'), [3]],
        ['or with an array', (q: Query) => q.or('tags.cs.{quick,warm},id.eq.2'), [1, 2]],
        ['a JSON path', (q: Query) => q.eq('data->user->>name', 'Bob'), [2]],
        ['a JSON path with a number', (q: Query) => q.gt('data->score', 4), [1]],
        ['like any', (q: Query) => q.likeAnyOf('name', ['So%', 'Br%']), [1, 2]],
        ['a regular expression', (q: Query) => q.filter('name', 'match', '^B'), [2]],
        ['the same column twice', (q: Query) => q.gt('id', 1).lt('id', 3), [2]],
      ] as const)('filters: %s', async (_, filter, expected) => {
        const { data, error } = await filter(recipes().select('id') as unknown as Query)
        expect(error).toBeNull()
        expect((data as { id: number }[]).map(({ id }) => id).sort()).toEqual(expected)
      })

      test('orders by several columns, with nulls where they are asked for', async () => {
        const ordered = await recipes().select('id').order('owner_id', { nullsFirst: true }).order('id')
        expect(ordered.data).toEqual([{ id: 3 }, { id: 1 }, { id: 2 }])
        const path = await recipes().select('id').order('data->user->>name', { ascending: false, nullsFirst: false })
        expect(path.data).toEqual([{ id: 2 }, { id: 1 }, { id: 3 }])
      })

      test('counts without the limit, and answers 206 for a part', async () => {
        const part = await recipes().select('id', { count: 'exact' }).order('id').range(1, 1)
        expect(part).toMatchObject({ status: 206, count: 3, data: [{ id: 2 }] })
        const whole = await recipes().select('id', { count: 'exact' })
        expect(whole).toMatchObject({ status: 200, count: 3 })
      })

      test('counts by HEAD without a body', async () => {
        const head = await recipes().select('*', { count: 'exact', head: true }).gt('minutes', 15)
        expect(head).toMatchObject({ count: 2, data: null, error: null })
      })

      test('gives no more than 1,000 rows however many are asked for, and counts them all', async () => {
        const numbers = await store.client().from('numbers').select('n', { count: 'exact' }).limit(5_000)
        expect(numbers.data).toHaveLength(1_000)
        expect(numbers).toMatchObject({ count: 1_500, status: 206 })
        const rpc = await store.client().rpc('get_numbers', { p_from: 1 })
        expect(rpc.data).toHaveLength(1_000)
      })

      test('single() wants exactly one row', async () => {
        expect((await recipes().select('id').eq('id', 1).single()).data).toEqual({ id: 1 })
        for (const [filter, rows] of [
          [99, 0],
          [0, 3],
        ] as const) {
          const { error, status } = await recipes().select('id').gte('id', filter).single()
          expect(status).toBe(406)
          expect(error).toMatchObject({ code: 'PGRST116', details: `The result contains ${rows} rows` })
        }
      })

      test('maybeSingle() gives null for none', async () => {
        expect(await recipes().select('id').eq('id', 99).maybeSingle()).toMatchObject({ data: null, error: null })
      })

      test('an offset beyond the end is 416 when counted, and empty otherwise', async () => {
        const counted = await recipes().select('id', { count: 'exact' }).range(50, 60)
        expect(counted).toMatchObject({ status: 416, error: { code: 'PGRST103' } })
        expect((await recipes().select('id').range(50, 60)).data).toEqual([])
      })

      test('names of columns and tables may be any text', async () => {
        const odd = store.client().from('odd "name')
        const { data, error } = await odd.select('"a.b",select').eq('"a.b"', 2).order('order')
        expect(error).toBeNull()
        expect(data).toEqual([{ 'a.b': 2, select: 'y' }])
      })
    })

    describe('writing', () => {
      test('inserts one row or many, with 201 and no body', async () => {
        expect(await recipes().insert({ id: 4, name: 'Stew' })).toMatchObject({ status: 201, data: null, error: null })
        const many = await recipes().insert([
          { id: 5, name: 'Cake' },
          { id: 6, name: 'Pie' },
        ])
        expect(many.status).toBe(201)
        expect((await recipes().select('id').gt('id', 3)).data).toHaveLength(3)
      })

      test('gives the written rows back when asked', async () => {
        const { data } = await recipes()
          .insert({ id: 7, name: 'Tea', tags: ['warm', 'a,"b'], data: { k: [1, null] } })
          .select('id, tags, data, data->k->0')
          .single()
        expect(data).toEqual({ id: 7, tags: ['warm', 'a,"b'], data: { k: [1, null] }, k: 1 })
      })

      test('keys that only some rows have are null, or the default when asked', async () => {
        const rows = [
          { id: 8, name: 'Rice', minutes: 5 },
          { id: 9, name: 'Beans' },
        ]
        const refused = await recipes().insert(rows)
        expect(refused).toMatchObject({ status: 400, error: { code: '23502' } })
        const { data, error } = await recipes().insert(rows, { defaultToNull: false }).select('id, minutes, made_at')
        expect(error).toBeNull()
        expect(data).toEqual([
          { id: 8, minutes: 5, made_at: '2026-01-01T00:00:00+00:00' },
          { id: 9, minutes: 30, made_at: '2026-01-01T00:00:00+00:00' },
        ])
      })

      test('inserts nothing for an empty list', async () => {
        expect(await recipes().insert([]).select()).toMatchObject({ status: 201, data: [] })
      })

      test('upserts by merging', async () => {
        const { data, error } = await recipes()
          .upsert([
            { id: 1, name: 'Soup', minutes: 25 },
            { id: 10, name: 'Jam', minutes: 60 },
          ])
          .select('id, minutes, tags')
        expect(error).toBeNull()
        expect(data).toEqual([
          { id: 1, minutes: 25, tags: ['quick', 'warm'] },
          { id: 10, minutes: 60, tags: [] },
        ])
      })

      test('upserts by ignoring, on a column of choice', async () => {
        const { data } = await recipes()
          .upsert(
            [
              { id: 11, name: 'Soup' },
              { id: 12, name: 'Oats' },
            ],
            { onConflict: 'name', ignoreDuplicates: true },
          )
          .select('id')
        expect(data).toEqual([{ id: 12 }])
      })

      test('updates what the filters name, and says how many', async () => {
        const { data, count, status } = await recipes()
          .update({ minutes: 1, tags: ['new'] }, { count: 'exact' })
          .lt('minutes', 50)
          .select('id, tags')
          .order('id')
        expect(status).toBe(200)
        expect(count).toBe(2)
        expect(data).toEqual([
          { id: 1, tags: ['new'] },
          { id: 3, tags: ['new'] },
        ])
        expect(await recipes().update({ minutes: 2 }).eq('id', 2)).toMatchObject({ status: 204, data: null })
        expect(await recipes().update({}).eq('id', 2)).toMatchObject({ status: 204, error: null })
      })

      test('deletes what the filters name', async () => {
        const { data } = await recipes().delete().eq('id', 3).select('name')
        expect(data).toEqual([{ name: 'Salad, green' }])
        expect(await recipes().delete({ count: 'exact' }).eq('id', 2)).toMatchObject({ status: 204, count: 1 })
      })

      test('refuses to update or delete without a filter', async () => {
        expect(await recipes().update({ minutes: 1 })).toMatchObject({ status: 400, error: { code: '21000' } })
        expect(await recipes().delete()).toMatchObject({ status: 400, error: { code: '21000' } })
      })

      test('undoes a write whose single() does not hold, or that affects more than allowed', async () => {
        const several = await recipes().update({ minutes: 77 }).gt('id', 0).select().single()
        expect(several).toMatchObject({ status: 406, error: { code: 'PGRST116' } })
        const tooMany = await recipes().delete().in('id', [2, 3]).maxAffected(1)
        expect(tooMany).toMatchObject({ status: 400, error: { code: 'PGRST124' } })
        const left = await recipes().select('id').neq('minutes', 77)
        expect(left.data).toHaveLength(3)
      })

      test('keeps large numbers and fine times exact', async () => {
        const body =
          '{"id": 13, "name": "Exact", "data": {"n": 9007199254740993.25}, "made_at": "2026-01-01T00:00:00.123456Z"}'
        await request('/rest/v1/recipes', { method: 'POST', body })
        const [row] = await store.sql(
          `select data->>'n' as n, extract(microseconds from made_at)::int as us from recipes where id = 13`,
        )
        expect(row).toEqual({ n: '9007199254740993.25', us: 123_456 })
      })
    })

    describe('functions', () => {
      test('a scalar comes bare, with defaults for what is left out', async () => {
        expect(await store.client().rpc('add_numbers', { a: 1 })).toMatchObject({ data: 11, status: 200 })
        expect((await store.client().rpc('add_numbers', { a: 1, b: 2 })).data).toBe(3)
        expect((await store.client().rpc('add_numbers', { a: 1, b: null })).data).toBeNull()
      })

      test('a set comes as rows that can be filtered, ordered and cut', async () => {
        const { data, count } = await store
          .client()
          .rpc('get_numbers', { p_from: 1495 }, { count: 'exact' })
          .select('n')
          .eq('is_even', true)
          .order('n', { ascending: false })
          .limit(2)
        expect(data).toEqual([{ n: 1500 }, { n: 1498 }])
        expect(count).toBe(3)
      })

      test('a set of scalars comes as a list, and one row of a set by single()', async () => {
        expect((await store.client().rpc('get_scalars')).data.slice(0, 3)).toEqual([1, 2, 3])
        expect((await store.client().rpc('get_pair')).data).toEqual([{ first: 1, second: 'one' }])
        expect((await store.client().rpc('get_pair').single()).data).toEqual({ first: 1, second: 'one' })
      })

      test('JSON goes through unchanged, null included', async () => {
        const value = { 'a "b" \\': [1, { '}': ']' }, 'ü\n'], n: null }
        expect((await store.client().rpc('echo_json', { p_value: value })).data).toEqual(value)
        expect((await store.client().rpc('echo_json', { p_value: null })).data).toBeNull()
        const rows = Array.from({ length: 3_000 }, (_, id) => ({ id, text: 'x'.repeat(100) }))
        expect((await store.client().rpc('count_items', { p_rows: rows, p_tags: ['a', 'b,c'] })).data).toEqual({
          rows: 3_000,
          tags: ['a', 'b,c'],
        })
      })

      test('void answers 204', async () => {
        expect(await store.client().rpc('touch_recipe', { p_id: 1 })).toMatchObject({ status: 204, data: null })
        expect((await recipes().select('minutes').eq('id', 1).single()).data).toEqual({ minutes: 21 })
      })

      test('GET and HEAD take arguments from the query and cannot write', async () => {
        expect((await store.client().rpc('add_numbers', { a: 4, b: 5 }, { get: true })).data).toBe(9)
        expect(await store.client().rpc('get_numbers', { p_from: 1491 }, { head: true, count: 'exact' })).toMatchObject(
          { count: 10 },
        )
        const refused = await store.client().rpc('touch_recipe', { p_id: 1 }, { get: true })
        expect(refused).toMatchObject({ status: 405, error: { code: '25006' } })
      })

      test('a function that says it only reads cannot write by POST either', async () => {
        const { error, status } = await store.client().rpc('write_in_stable')
        expect(error?.code).toMatch(/25006|0A000/)
        expect(status).toBeGreaterThanOrEqual(400)
      })

      test('unknown names and arguments answer PGRST202', async () => {
        const unknown = await store.client().rpc('nothing_here', { a: 1 })
        expect(unknown).toMatchObject({ status: 404, error: { code: 'PGRST202' } })
        expect(unknown.error?.message).toBe('Could not find the function public.nothing_here(a) in the schema cache')
        expect((await store.client().rpc('add_numbers', { c: 1 })).error?.code).toBe('PGRST202')
        expect((await store.client().rpc('add_numbers', { b: 1 })).error?.code).toBe('PGRST202')
      })

      test.each([
        ['P0001', 400],
        ['23505', 409],
        ['42501', 403],
        ['40001', 500],
        ['53100', 503],
        ['PT402', 402],
        ['22023', 400],
      ])('what a function raises as %s answers %i with its detail and hint', async (code, expected) => {
        const { error, status } = await store.client().rpc('fail', { p_code: code })
        expect(status).toBe(expected)
        expect(error).toMatchObject({ code, message: 'made to fail', details: 'the detail', hint: 'the hint' })
      })

      test('a function made, changed or dropped meanwhile is noticed', async () => {
        await store.sql(`create function public.later(p_a integer) returns text language sql as $$ select 'one' $$`)
        expect((await store.client().rpc('later', { p_a: 1 })).data).toBe('one')
        await store.sql(
          `drop function public.later(integer); create function public.later(p_a text) returns text language sql as 'select p_a'`,
        )
        expect((await store.client().rpc('later', { p_a: 'two' })).data).toBe('two')
        await store.sql('drop function public.later(text)')
        expect((await store.client().rpc('later', { p_a: 'three' })).error?.code).toBe('PGRST202')
      })
    })

    describe('who asks', () => {
      const as = async (sub: string) =>
        store.client(store.anonKey, await signToken(store.jwtSecret, { sub, role: 'authenticated', email: 'a@b.c' }))

      test('row level security shows a person their own rows, and nobody else any', async () => {
        expect((await (await as(OWNER)).from('recipes').select('id')).data).toEqual([{ id: 1 }])
        expect((await store.client(store.anonKey).from('recipes').select('id')).data).toEqual([])
        expect((await recipes().select('id')).data).toHaveLength(3)
      })

      test('row level security refuses a write for somebody else', async () => {
        const client = await as(OWNER)
        const refused = await client.from('recipes').insert({ id: 20, name: 'Stolen', owner_id: OTHER })
        expect(refused).toMatchObject({ status: 403, error: { code: '42501' } })
        expect((await client.from('recipes').insert({ id: 21, name: 'Mine', owner_id: OWNER })).status).toBe(201)
      })

      test('a missing right is 401 for anon and 403 for a signed-in person', async () => {
        const anon = await store.client(store.anonKey).from('locked').select()
        expect(anon).toMatchObject({ status: 401, error: { code: '42501' } })
        expect((await (await as(OWNER)).from('locked').select()).status).toBe(403)
        expect((await store.client().from('locked').select()).status).toBe(200)
      })

      test('functions see role, claims and method, and the next request sees none of them', async () => {
        expect((await (await as(OWNER)).rpc('who')).data).toEqual({
          role: 'authenticated',
          uid: OWNER,
          claimed: 'authenticated',
          email: 'a@b.c',
          method: 'POST',
        })
        expect((await store.client(store.anonKey).rpc('who')).data).toMatchObject({ role: 'anon', uid: null })
        expect(await store.sql(`select current_setting('request.jwt.claims', true) as claims`)).not.toEqual([
          { claims: expect.stringContaining('anon') },
        ])
      })

      test.each([
        ['expired', 'PGRST303', 'JWT expired', (secret: string) => signToken(secret, { role: 'anon' }, -10)],
        [
          'signed with another secret',
          'PGRST301',
          'No suitable key or wrong key type',
          () => signToken('x'.repeat(32), { role: 'service_role' }),
        ],
        ['no token at all', 'PGRST301', 'JWT could not be decoded', async () => 'nonsense'],
        [
          'unsigned',
          'PGRST301',
          'No suitable key or wrong key type',
          async () => `${btoa('{"alg":"none"}')}.${btoa('{"role":"service_role"}')}.`.replaceAll('=', ''),
        ],
      ])('a token that is %s answers 401', async (_, code, message, make) => {
        const { error, status } = await store
          .client(store.anonKey, await make(store.jwtSecret))
          .from('recipes')
          .select()
        expect(status).toBe(401)
        expect(error).toMatchObject({ code, message })
      })

      test('a role of the database’s own cannot be taken', async () => {
        const token = await signToken(store.jwtSecret, { role: 'postgres' })
        const { error, status } = await store.client(store.anonKey, token).from('recipes').select()
        expect({ status, code: error?.code }).toEqual({ status: 403, code: '42501' })
      })

      test('a request without any key is 401', async () => {
        expect((await fetch(`${store.url}/rest/v1/recipes`)).status).toBe(401)
      })
    })

    describe('what is wrong is said as PostgREST says it', () => {
      test('an unknown table', async () => {
        expect(await store.client().from('nothing').select()).toMatchObject({
          status: 404,
          error: { code: 'PGRST205', message: "Could not find the table 'public.nothing' in the schema cache" },
        })
      })

      test('an unknown column, read, filtered and written', async () => {
        expect(await recipes().select('nope')).toMatchObject({ status: 400, error: { code: '42703' } })
        expect(await recipes().select('id').eq('nope', 1)).toMatchObject({ status: 400, error: { code: '42703' } })
        expect(await recipes().insert({ nope: 1 })).toMatchObject({ status: 400, error: { code: 'PGRST204' } })
      })

      test('a unique and a foreign key violation', async () => {
        const twice = await recipes().insert({ id: 1, name: 'Again' })
        expect(twice).toMatchObject({ status: 409, error: { code: '23505', details: 'Key (id)=(1) already exists.' } })
        const orphan = await store.client().from('steps').insert({ recipe_id: 404, position: 1 })
        expect(orphan).toMatchObject({ status: 409, error: { code: '23503' } })
      })

      test.each([
        ['an unknown operator', 'id=nope.1', 'PGRST100'],
        ['no operator', 'id=1', 'PGRST100'],
        ['is with a value', 'id=is.7', 'PGRST100'],
        ['in without parentheses', 'id=in.1,2', 'PGRST100'],
        ['an unfinished or', 'or=(id.eq.1', 'PGRST100'],
        ['a limit that is no number', 'limit=ten', 'PGRST100'],
        ['an order that is none', 'order=id.sideways', 'PGRST100'],
        ['an embedded table', 'select=id,steps(*)', 'PGRST200'],
        ['a filter on an embedded table', 'steps.position=eq.1', 'PGRST108'],
        ['an aggregate', 'select=minutes.sum()', 'PGRST123'],
        ['a value of another type', 'id=eq.soup', '22P02'],
      ])('%s', async (_, query, code) => {
        const response = await request(`/rest/v1/recipes?${query}`)
        expect(response.status).toBe(400)
        expect(await response.json()).toMatchObject({ code, message: expect.any(String) })
      })

      test('another schema, another format, another method, another path', async () => {
        const schema = await store
          .client()
          .schema('auth' as 'public')
          .from('users')
          .select()
        expect(schema).toMatchObject({ status: 406, error: { code: 'PGRST106' } })
        expect((await recipes().select().csv()).status).toBe(406)
        expect((await request('/rest/v1/recipes', { method: 'PUT', body: '{}' })).status).toBe(405)
        expect((await request('/rest/v1/a/b/c')).status).toBe(404)
        expect((await request('/elsewhere')).status).toBe(404)
      })

      test('a body that is no JSON, or no object', async () => {
        for (const body of ['{', '7', '"x"', '[1]']) {
          const response = await request('/rest/v1/recipes', { method: 'POST', body })
          expect(await response.json()).toMatchObject({ code: 'PGRST102' })
          expect(response.status).toBe(400)
        }
        const rpc = await request('/rest/v1/rpc/add_numbers', { method: 'POST', body: '{"a": 1' })
        expect(rpc.status).toBe(400)
      })

      test('a body that is too large', async () => {
        const response = await request('/rest/v1/recipes', {
          method: 'POST',
          body: 'x'.repeat(33 * 1024 * 1024),
        }).catch(
          () => null, // the server may close the connection before all of it is sent
        )
        if (response) expect(response.status).toBe(413)
        expect((await recipes().select('id')).data).toHaveLength(3)
      })
    })

    describe('text is never SQL', () => {
      const evil = `x'; drop table public.steps; --`

      test('in values', async () => {
        expect((await recipes().select('id').eq('name', evil)).data).toEqual([])
        expect((await recipes().select('id').in('name', [evil, 'a"b', 'c\\d'])).data).toEqual([])
        expect((await recipes().select('id').or(`name.eq."${evil}"`)).data).toEqual([])
        expect((await recipes().insert({ id: 30, name: evil }).select('name').single()).data).toEqual({ name: evil })
      })

      test.each([
        `select=${encodeURIComponent(`id,"${evil}"`)}`,
        `select=${encodeURIComponent(`data->"${evil}"`)}`,
        `select=${encodeURIComponent('id::text); drop table public.steps; --')}`,
        `select=${encodeURIComponent('id::steps')}`,
        `order=${encodeURIComponent('id;drop table public.steps')}`,
        `order=${encodeURIComponent(`data->"' || (select 1) || '".asc`)}`,
        `order=${encodeURIComponent('id.asc nulls first; drop table public.steps')}`,
        `${encodeURIComponent('id" = 1; drop table public.steps; --')}=eq.1`,
        `id=${encodeURIComponent('eq(any); drop table public.steps; --.1')}`,
        `limit=${encodeURIComponent('1; drop table public.steps')}`,
        `select=${encodeURIComponent('"id\0"')}`,
      ])('in %s', async (query) => {
        const response = await request(`/rest/v1/recipes?${query}`)
        expect(response.status).toBeLessThan(500)
        await response.text()
        expect((await store.client().from('steps').select()).data).toHaveLength(2)
      })

      test('in columns, conflict targets and names of tables and functions', async () => {
        const name = encodeURIComponent(`id") values (1); drop table public.steps; --`)
        for (const path of [
          `/rest/v1/recipes?columns="${name}"`,
          `/rest/v1/recipes?columns=id&on_conflict="${name}"`,
          `/rest/v1/${name}`,
          `/rest/v1/rpc/${name}`,
        ]) {
          const headers = { prefer: 'resolution=merge-duplicates' }
          const response = await request(path, { method: 'POST', body: '{"id":1}', headers })
          expect(response.status).toBeGreaterThanOrEqual(400)
          expect(response.status).toBeLessThan(500)
        }
        expect((await store.client().from('steps').select()).data).toHaveLength(2)
      })
    })

    describe('deadlines', () => {
      test('a function’s own statement_timeout ends it, while others are answered', async () => {
        const slow = store.client().rpc('burn_shortly', { p_seconds: 20 })
        const [ended, health, ...others] = await Promise.all([
          slow,
          fetch(`${store.url}/auth/v1/health`),
          ...Array.from({ length: 5 }, () => recipes().select('id')),
        ])
        expect(ended).toMatchObject({
          status: 500,
          error: { code: '57014', message: 'canceling statement due to statement timeout' },
        })
        expect(health.status).toBe(200)
        for (const { data } of others) expect(data).toHaveLength(3)
      })

      test('what the ended function had committed before is still there', async () => {
        await recipes().insert({ id: 40, name: 'Kept' })
        await store.client().rpc('burn_shortly', { p_seconds: 20 })
        expect((await recipes().select('name').eq('id', 40).single()).data).toEqual({ name: 'Kept' })
      })

      test('without its own, anon gets three seconds', async () => {
        const { error } = await store.client(store.anonKey).rpc('burn', { p_seconds: 20 })
        expect(error?.code).toBe('57014')
      })
    })

    function request(path: string, init: RequestInit = {}): Promise<Response> {
      const headers = { apikey: store.serviceKey, 'content-type': 'application/json', ...init.headers }
      return fetch(`${store.url}${path}`, { ...init, headers })
    }
  },
  { migrations: null },
)

/** The part of supabase-js's filter builder that the table of filters uses. */
type Query = PromiseLike<{ data: unknown; error: unknown }> & {
  [Name in
    | 'eq'
    | 'neq'
    | 'gt'
    | 'gte'
    | 'lt'
    | 'lte'
    | 'like'
    | 'ilike'
    | 'is'
    | 'in'
    | 'contains'
    | 'containedBy'
    | 'overlaps'
    | 'likeAnyOf']: (column: string, value: unknown) => Query
} & {
  not(column: string, operator: string, value: unknown): Query
  filter(column: string, operator: string, value: unknown): Query
  or(filters: string): Query
}
