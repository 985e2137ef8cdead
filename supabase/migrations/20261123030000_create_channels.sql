-- Purpose: where somebody came from, as one of a few channels.   Reversible: drop function.
-- The rules, their order and the patterns for media are those of Google Analytics 4 (https://support.google.com/analytics/answer/9756891),
-- so that figures can be compared; AI assistants and webmail are told apart besides. The sites of each kind are our own list: the
-- engines and networks with most visits by https://gs.statcounter.com, and the assistants people follow links from in 2026.

-- The host of a referrer in lower case, without www. A bare host is one, too. Null for anything else, and for a site of one's own.
create function public.to_referrer_host(p_referrer text, p_own_hosts text[] default '{}')
returns text
language sql
immutable
security invoker
parallel safe
set search_path = ''
as $$
  select nullif(case when not host.name = any (p_own_hosts) then host.name end, '')
  from (
    select regexp_replace(
      lower(substring(p_referrer from '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([A-Za-z0-9._-]+\.[A-Za-z0-9-]+|localhost)(?::\d+)?(?:[/?#]|$)')),
      '^www\.', ''
    ) as name
  ) as host
$$;

comment on function public.to_referrer_host is
  'The host of a referrer, lower case, without www; null for what has none and for p_own_hosts (spelled likewise).';
revoke execute on function public.to_referrer_host from public, anon, authenticated;
grant execute on function public.to_referrer_host to service_role;

-- What kind of place a host or a utm_source is: ai | email | search | social | video | shopping, null when it is none of them.
create function public.to_source_kind(p_source text)
returns text
language sql
immutable
security invoker
parallel safe
set search_path = ''
as $$
  select case
    -- before search: they live on hosts of search engines
    when p_source ~ ('(^|\.)(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|copilot\.com|deepseek\.com|grok\.com|x\.ai|meta\.ai|mistral\.ai|you\.com|phind\.com|poe\.com|kimi\.com|doubao\.com|genspark\.ai|felo\.ai|duck\.ai)$'
      || '|^(gemini|bard|notebooklm)\.google\.com$|^copilot\.microsoft\.com$|^com\.openai\.chatgpt$'
      || '|^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek|grok|mistral|ai-assistant)$') then 'ai'
    when p_source ~ ('^(mail\.google\.com|com\.google\.android\.gm|mail\.yahoo\.com|mail\.proton\.me|mail\.aol\.com|mail\.zoho\.com|e\.mail\.ru|mail\.yandex\.[a-z]{2,3})$'
      || '|^outlook\.(live|office|office365)\.com$|(^|\.)(webmail\.[a-z0-9.-]+|navigator(-bs|-lxa)?\.(gmx\.net|web\.de))$'
      || '|^(email|e-mail|e_mail|e mail|newsletter|mailchimp|sendgrid|klaviyo|brevo|gmail|outlook)$') then 'email'
    when p_source ~ ('^(m\.|images\.)?google(\.com?)?\.[a-z]{2,3}$|^com\.google\.android\.googlequicksearchbox$|(^|\.)yandex(\.com?)?\.[a-z]{2,3}$'
      || '|^([a-z]{2}\.)?search\.(yahoo(\.com?)?\.[a-z]{2,3}|yahoo|aol\.com|brave\.com|naver\.com|daum\.net|seznam\.cz|ch|lilo\.org)$'
      || '|(^|\.)(bing\.com|duckduckgo\.com|baidu\.com|ecosia\.org|qwant\.com|startpage\.com|kagi\.com|mojeek\.com|sogou\.com|so\.com|ask\.com|swisscows\.com|metager\.org|presearch\.com|coccoc\.com|petalsearch\.com|dogpile\.com|seznam\.cz|marginalia-search\.com)$'
      || '|^(google|bing|duckduckgo|yahoo|yandex|baidu|ecosia|qwant|startpage|brave|kagi|naver|seznam|sogou|adwords|googleads|google-ads|google_ads)$') then 'search'
    when p_source ~ ('(^|\.)(facebook\.com|fb\.com|fb\.me|messenger\.com|instagram\.com|threads\.net|threads\.com|twitter\.com|x\.com|t\.co|linkedin\.com|lnkd\.in|reddit\.com|pinterest(\.com?)?\.[a-z]{2,3}|tumblr\.com|snapchat\.com|whatsapp\.com|wa\.me|telegram\.org|t\.me|discord\.com|discord\.gg|bsky\.app|mastodon\.social|mastodon\.online|quora\.com|vk\.com|ok\.ru|weibo\.com|wechat\.com|xing\.com|ycombinator\.com|lobste\.rs|stackexchange\.com|stackoverflow\.com|producthunt\.com|medium\.com|substack\.com|line\.me|nextdoor\.com)$'
      || '|^(com\.(facebook\.katana|linkedin\.android|twitter\.android|instagram\.android|reddit\.frontpage)|org\.telegram\.messenger)$'
      || '|^(facebook|fb|ig|instagram|meta|threads|twitter|x|linkedin|reddit|pinterest|snapchat|whatsapp|telegram|discord|bluesky|bsky|mastodon|quora|hackernews|hn|vk|weibo|wechat|xing)$') then 'social'
    when p_source ~ ('(^|\.)(youtube\.com|youtu\.be|tiktok\.com|vimeo\.com|twitch\.tv|dailymotion\.com|bilibili\.com|rumble\.com)$'
      || '|^(youtube|tiktok|vimeo|twitch|dailymotion|bilibili)$') then 'video'
    when p_source ~ ('(^|\.)(amazon(\.com?)?\.[a-z]{2,3}|ebay(\.com?)?\.[a-z]{2,3}|etsy\.com|aliexpress\.com|alibaba\.com|walmart\.com|temu\.com|shopping\.google\.com|idealo\.[a-z]{2,3}|mercadolibre(\.com?)?\.[a-z]{2,3})$'
      || '|^(amazon|ebay|etsy|aliexpress|walmart|temu|idealo|google-shopping|google_shopping)$') then 'shopping'
  end
$$;

comment on function public.to_source_kind is
  'Whether a host or utm_source (lower case) is ai, email, search, social, video or shopping; null when it is none of them.';
revoke execute on function public.to_source_kind from public, anon, authenticated;
grant execute on function public.to_source_kind to service_role;

-- The first rule that holds decides. What a campaign says of itself goes before the referrer. An advertisement whose address
-- carries no utm_medium is not known to be one: click ids such as gclid are not kept.
create function public.to_channel(
  p_referrer     text,
  p_utm_source   text,
  p_utm_medium   text,
  p_utm_campaign text default null,
  p_own_hosts    text[] default '{}' -- sites of one's own are no referrers
)
returns text
language sql
immutable
security invoker
parallel safe
set search_path = ''
as $$
  select case
    when told.source = '' and told.medium = '' and told.campaign = '' and told.host is null then 'Direct'
    when told.campaign ~ 'cross-network' then 'Cross-network'
    when told.is_paid and (told.kind = 'shopping' or told.campaign ~ '(^|[^a-df-z])shop|shopping') then 'Paid Shopping'
    when told.is_paid and told.kind = 'search' then 'Paid Search'
    when told.is_paid and told.kind = 'social' then 'Paid Social'
    when told.is_paid and told.kind = 'video' then 'Paid Video'
    when told.medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 'Display'
    when told.is_paid then 'Paid Other'
    when told.medium in ('email', 'e-mail', 'e_mail', 'e mail', 'newsletter') then 'Email'
    when told.medium in ('affiliate', 'affiliates') then 'Affiliates'
    when told.kind = 'ai' or told.medium = 'ai-assistant' then 'AI Assistants'
    when told.kind = 'shopping' or told.campaign ~ '(^|[^a-df-z])shop|shopping' then 'Organic Shopping'
    when told.kind = 'social' or told.medium in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media')
      then 'Organic Social'
    when told.kind = 'video' or told.medium ~ 'video' then 'Organic Video'
    when told.kind = 'search' or told.medium = 'organic' then 'Organic Search'
    when told.kind = 'email' then 'Email'
    when told.medium = 'audio' then 'Audio'
    when 'sms' in (told.source, told.medium) then 'SMS'
    when told.medium ~ 'push$|mobile|notification' or told.source = 'firebase' then 'Mobile Push Notifications'
    when told.medium in ('referral', 'app', 'link') or told.host is not null then 'Referral'
    when told.source in ('(direct)', 'direct') then 'Direct'
    else 'Unassigned'
  end
  from (
    select
      said.*,
      said.medium ~ '^(.*cp.*|ppc|retargeting|paid.*)$' as is_paid,
      coalesce(public.to_source_kind(said.source), public.to_source_kind(said.host)) as kind
    from (
      select
        lower(btrim(coalesce(p_utm_source, '')))   as source,
        lower(btrim(coalesce(p_utm_medium, '')))   as medium,
        lower(btrim(coalesce(p_utm_campaign, ''))) as campaign,
        public.to_referrer_host(p_referrer, p_own_hosts) as host
    ) as said
  ) as told
$$;

comment on function public.to_channel is
  'The channel of a referrer and a campaign, by the rules of Google Analytics 4 and AI Assistants; never null.';
revoke execute on function public.to_channel from public, anon, authenticated;
grant execute on function public.to_channel to service_role;

-- The hosts of a project's allowed origins, as to_referrer_host spells them.
create function public.get_own_hosts(p_project_id integer)
returns text[]
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(array_agg(distinct public.to_referrer_host(origin) order by public.to_referrer_host(origin)), '{}')
  from public.projects as project
  cross join lateral unnest(project.allowed_origins) as origin
  where project.id = p_project_id and public.to_referrer_host(origin) is not null
$$;

comment on function public.get_own_hosts is 'The hosts of the origins that a project allows: no referrers, but its own pages.';
revoke execute on function public.get_own_hosts from public, anon, authenticated;
grant execute on function public.get_own_hosts to service_role;
