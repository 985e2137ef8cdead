import { expect, test } from 'vitest'
import { splitSql } from '../../../supabase/embedded/split-sql'

test.each([
  ['plain statements', 'select 1; select 2 ;\n', ['select 1', 'select 2']],
  ['quotes', `select ';', ";", 'it''s;'; select 2`, [`select ';', ";", 'it''s;'`, 'select 2']],
  ['escape strings', String.raw`select E'\';'; select 2`, [String.raw`select E'\';'`, 'select 2']],
  [
    'comments',
    'select 1 -- a; b\n; /* c; /* d; */ e; */ select 2',
    ['select 1 -- a; b', '/* c; /* d; */ e; */ select 2'],
  ],
  [
    'dollar quotes',
    'do $$ begin; end $$; do $a$ $$; $a$; select $1',
    ['do $$ begin; end $$', 'do $a$ $$; $a$', 'select $1'],
  ],
  [
    'bodies between begin atomic and end',
    'create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3',
    ['create function f() returns int begin atomic select case when true then 1 end; select 2; end', 'select 3'],
  ],
  ['nothing but comments and semicolons', '; -- nothing;\n ; /* here; */ ;', []],
])('splits %s', (_, text, expected) => {
  expect(splitSql(text)).toEqual(expected)
})
