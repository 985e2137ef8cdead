-- Purpose: keep out of append_vitals what an erasure forbids; visitors of 64 bits.   Reversible: the definition before.
-- Copies of one navigation inside a batch are merged one after the other, as if each had come alone: round n takes the
-- n-th copy of every navigation, all in one statement sorted by key. Nearly every batch has one round. Later rounds touch
-- only rows that the first has locked, so that concurrent batches cannot deadlock.
create or replace function public.append_vitals(
  p_project_id integer,
  p_rows       jsonb -- array of objects; absent and null are the same
)
returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_forbidden  bigint[] := public.begin_append(p_project_id, p_rows);
  v_duplicates bigint[] := array(select ordinality - 1 from unnest(v_forbidden) as ordinality);
  v_round      record;
  v_copies     bigint[];
begin
  for v_round in
    with copies as (
      select
        element.value,
        element.ordinality,
        row_number() over (
          partition by
            (element.value ->> 'timestamp')::bigint, (element.value ->> 'actor_id')::uuid, (element.value ->> 'id')::uuid
          order by element.ordinality
        ) as round
      from jsonb_array_elements(p_rows) with ordinality as element
      where element.ordinality <> all (v_forbidden)
    )
    select
      jsonb_agg(copies.value order by copies.ordinality) as rows,
      array_agg(copies.ordinality - 1 order by copies.ordinality) as ordinals
    from copies
    group by copies.round
    order by copies.round
  loop
    with
    input as materialized (
      select *
      from rows from (jsonb_to_recordset(v_round.rows) as (
        id uuid, actor_id uuid, timestamp bigint, seq smallint, user_id uuid, visitor_id bigint, session_id text,
        route text, navigation_type text,
        lcp numeric, inp numeric, cls numeric, fcp numeric, ttfb numeric, fid numeric, attribution jsonb, custom jsonb,
        connection text, device text, browser text, os text, country text, release text, bot_reasons text[], gpc boolean,
        user_agent text, ip text
      )) with ordinality
    ),
    -- Rows that were new or changed something.
    merged as (
      insert into public.performance_metrics as stored (
        timestamp, project_id, lcp_seq, inp_seq, cls_seq, fcp_seq, ttfb_seq, fid_seq, gpc,
        actor_id, id, user_id, visitor_id, session_id, route, navigation_type,
        lcp, inp, cls, fcp, ttfb, fid, connection, device, browser, os, country, release, bot_reasons,
        attribution, custom, custom_seqs, user_agent, ip
      )
      select
        i.timestamp,
        p_project_id,
        case when i.lcp is not null then coalesce(i.seq, 0) end,
        case when i.inp is not null then coalesce(i.seq, 0) end,
        case when i.cls is not null then coalesce(i.seq, 0) end,
        case when i.fcp is not null then coalesce(i.seq, 0) end,
        case when i.ttfb is not null then coalesce(i.seq, 0) end,
        case when i.fid is not null then coalesce(i.seq, 0) end,
        coalesce(i.gpc, false),
        i.actor_id, i.id, i.user_id, i.visitor_id, i.session_id, i.route, i.navigation_type,
        i.lcp, i.inp, i.cls, i.fcp, i.ttfb, i.fid, i.connection, i.device, i.browser, i.os, i.country, i.release,
        i.bot_reasons,
        i.attribution,
        i.custom,
        case
          when i.custom is not null
            then (select jsonb_object_agg(name, coalesce(i.seq, 0)) from jsonb_object_keys(i.custom) as name)
        end,
        i.user_agent,
        i.ip
      from input as i
      order by i.timestamp, i.actor_id, i.id
      on conflict (project_id, timestamp, actor_id, id) do update set
        lcp = case when excluded.lcp_seq > coalesce(stored.lcp_seq, -1) then excluded.lcp else stored.lcp end,
        inp = case when excluded.inp_seq > coalesce(stored.inp_seq, -1) then excluded.inp else stored.inp end,
        cls = case when excluded.cls_seq > coalesce(stored.cls_seq, -1) then excluded.cls else stored.cls end,
        fcp = case when excluded.fcp_seq > coalesce(stored.fcp_seq, -1) then excluded.fcp else stored.fcp end,
        ttfb = case when excluded.ttfb_seq > coalesce(stored.ttfb_seq, -1) then excluded.ttfb else stored.ttfb end,
        fid = case when excluded.fid_seq > coalesce(stored.fid_seq, -1) then excluded.fid else stored.fid end,
        lcp_seq = greatest(stored.lcp_seq, excluded.lcp_seq),
        inp_seq = greatest(stored.inp_seq, excluded.inp_seq),
        cls_seq = greatest(stored.cls_seq, excluded.cls_seq),
        fcp_seq = greatest(stored.fcp_seq, excluded.fcp_seq),
        ttfb_seq = greatest(stored.ttfb_seq, excluded.ttfb_seq),
        fid_seq = greatest(stored.fid_seq, excluded.fid_seq),
        attribution = public.merge_attribution(
          stored.attribution,
          excluded.attribution,
          array_remove(array[
            case when excluded.lcp_seq > coalesce(stored.lcp_seq, -1) then 'lcp' end,
            case when excluded.inp_seq > coalesce(stored.inp_seq, -1) then 'inp' end,
            case when excluded.cls_seq > coalesce(stored.cls_seq, -1) then 'cls' end,
            case when excluded.fcp_seq > coalesce(stored.fcp_seq, -1) then 'fcp' end,
            case when excluded.ttfb_seq > coalesce(stored.ttfb_seq, -1) then 'ttfb' end,
            case when excluded.fid_seq > coalesce(stored.fid_seq, -1) then 'fid' end
          ], null)
        ),
        custom = public.merge_newer(stored.custom, excluded.custom, stored.custom_seqs, excluded.custom_seqs),
        custom_seqs = public.merge_newer(
          stored.custom_seqs, excluded.custom_seqs, stored.custom_seqs, excluded.custom_seqs
        ),
        user_id = coalesce(stored.user_id, excluded.user_id),
        visitor_id = coalesce(stored.visitor_id, excluded.visitor_id),
        session_id = coalesce(stored.session_id, excluded.session_id),
        route = coalesce(stored.route, excluded.route),
        navigation_type = coalesce(stored.navigation_type, excluded.navigation_type),
        connection = coalesce(stored.connection, excluded.connection),
        device = coalesce(stored.device, excluded.device),
        browser = coalesce(stored.browser, excluded.browser),
        os = coalesce(stored.os, excluded.os),
        country = coalesce(stored.country, excluded.country),
        release = coalesce(stored.release, excluded.release),
        bot_reasons = coalesce(stored.bot_reasons, excluded.bot_reasons),
        user_agent = coalesce(stored.user_agent, excluded.user_agent),
        ip = coalesce(stored.ip, excluded.ip)
      where excluded.lcp_seq > coalesce(stored.lcp_seq, -1)
        or excluded.inp_seq > coalesce(stored.inp_seq, -1)
        or excluded.cls_seq > coalesce(stored.cls_seq, -1)
        or excluded.fcp_seq > coalesce(stored.fcp_seq, -1)
        or excluded.ttfb_seq > coalesce(stored.ttfb_seq, -1)
        or excluded.fid_seq > coalesce(stored.fid_seq, -1)
        or public.merge_newer(stored.custom_seqs, excluded.custom_seqs, stored.custom_seqs, excluded.custom_seqs)
          is distinct from stored.custom_seqs
        or (stored.user_id is null and excluded.user_id is not null)
        or (stored.visitor_id is null and excluded.visitor_id is not null)
        or (stored.session_id is null and excluded.session_id is not null)
        or (stored.route is null and excluded.route is not null)
        or (stored.navigation_type is null and excluded.navigation_type is not null)
        or (stored.connection is null and excluded.connection is not null)
        or (stored.device is null and excluded.device is not null)
        or (stored.browser is null and excluded.browser is not null)
        or (stored.os is null and excluded.os is not null)
        or (stored.country is null and excluded.country is not null)
        or (stored.release is null and excluded.release is not null)
        or (stored.bot_reasons is null and excluded.bot_reasons is not null)
      returning timestamp, actor_id, id
    )
    select array_agg(v_round.ordinals[input.ordinality])
    into v_copies
    from input
    left join merged using (timestamp, actor_id, id)
    where merged.id is null;
    v_duplicates := v_duplicates || v_copies;
  end loop;

  return jsonb_build_object('duplicates', coalesce(
    (select jsonb_agg(ordinal order by ordinal) from unnest(v_duplicates) as ordinal), '[]'
  ));
end
$$;
comment on function public.append_vitals is 'Stores a batch in one transaction, one row per navigation, and answers {"duplicates": [ordinals from 0]}: rows that brought nothing new, and rows of erased actors. Per metric the higher seq wins, at the same seq the first; null never overwrites; attribution follows its metric; custom metrics merge by name; what describes the page or the browser is taken once, when first known. Any bad row fails the whole call.';
