-- Places: which record's place matches a filter on which locality, what an argument that a person types means, and where a place is now.

-- Derived rows, rebuilt whole from locality and locality_succession: 110,000 pairs of foreign key checks would take longer than the rest.
alter table locality_cover drop constraint locality_cover_locality_id_fkey, drop constraint locality_cover_place_id_fkey;
comment on table locality_cover is 'Derived by server/domain/locality/cover.ts; both columns hold ids of locality.';

-- What a person types for a locality: a slug, `code@date`, or a bare code = its holder on as_of (today unless said), else its last
-- holder. Null when nothing is meant by it. Codes were given out again, so a code alone names a unit only on a day.
create function f_locality(arg text, as_of date default null) returns uuid language plpgsql stable parallel safe as $$
declare
  found_id uuid;
  code_only text := split_part(arg, '@', 1);
  day date := coalesce(as_of, current_date);
begin
  select id into found_id from locality where slug = lower(trim(arg));
  if found_id is not null or arg !~ '^\d{1,9}(@\d{4}-\d{2}-\d{2})?$' then return found_id; end if;
  if arg like '%@%' then
    begin
      day := split_part(arg, '@', 2)::date;
    exception when datetime_field_overflow or invalid_datetime_format then return null;
    end;
  end if;
  select id into found_id from locality where code = code_only and (valid_from is null or valid_from <= day) and (valid_until is null or valid_until > day)
    order by valid_from desc nulls last limit 1;
  if found_id is null and arg not like '%@%' then
    select id into found_id from locality where code = code_only order by valid_until desc nulls first limit 1;
  end if;
  return found_id;
end $$;
comment on function f_locality(text, date) is 'Slug, code@date or bare code → id of the locality, or null.';

-- Where a place is now: the communes of today that a commune became part of (is_whole = all of it), and for what has no commune to be
-- in, a former district or province, the province of today. Each place once: a unit of today is itself.
create function f_localities_now(place uuid) returns table (locality_id uuid, is_whole boolean) language sql stable parallel safe rows 2 as $$
  select c.locality_id, c.is_whole from locality_cover c join locality l on l.id = c.locality_id
  where c.place_id = place and l.valid_until is null
    and l.level = case when exists (
      select from locality_cover c2 join locality l2 on l2.id = c2.locality_id where c2.place_id = place and l2.valid_until is null and l2.level = 'COMMUNE'
    ) then 'COMMUNE' else 'PROVINCE' end
$$;
comment on function f_localities_now(uuid) is 'The units of today that a place is in: communes of a commune, else the province.';

-- Localities by a name as typed, marks optional, old names and abbreviations too; `ninh kieu, can tho` narrows by what it lies in.
-- Only when nothing begins so are spelling mistakes allowed. as_of keeps the units that existed on that day.
create function f_search_localities(query text, as_of date default null, max_rows int default 20)
returns table (locality_id uuid, matched_name text, score real) language plpgsql stable parallel safe as $$
declare
  words text[] := regexp_split_to_array(trim(regexp_replace(f_fold(coalesce(query, '')), '[^a-z0-9]+', ' ', 'g')), ' ');
  q text := array_to_string(words[1:12], ' ');
  raw text := trim(f_fold(coalesce(query, '')));
  heads text[];
  n int;
begin
  if q = '' then return; end if;
  words := words[1:12];
  heads := array(select array_to_string(words[1:i], ' ') from generate_series(1, array_length(words, 1)) i);
  return query
    with named as (
      select l.id, l.full_name as name, l.name_fold as folded from locality l where l.name_fold ~>=~ q and l.name_fold ~<~ (q || chr(65535))
      union all select l.id, l.full_name, l.full_name_fold from locality l where l.full_name_fold ~>=~ q and l.full_name_fold ~<~ (q || chr(65535))
      union all select x.locality_id, x.name, x.folded from (
        select n.locality_id, n.name, unnest(array[n.name_fold, regexp_replace(n.name_fold, '^(tinh|thanh pho|huyen|quan|thi xa|thi tran|xa|phuong|dac khu) ', '')]) as folded from locality_name n
      ) x where x.folded = raw or starts_with(x.folded, q)
    ), headed as (
      select l.id, l.full_name as name, l.name_fold as folded from locality l where l.name_fold = any (heads)
      union all select l.id, l.full_name, l.full_name_fold from locality l where l.full_name_fold = any (heads)
    ), hit as (
      select id, name, (case when folded in (q, raw) then 1.0 else 0.7 + 0.2 * length(q) / greatest(length(folded), 1) end)::real as points from named
      union all
      select h.id, h.name, 0.95::real from headed h join locality l on l.id = h.id join locality p on p.id = l.parent_id left join locality g on g.id = p.parent_id
      where length(h.folded) < length(q) and not exists (
        select from unnest(string_to_array(trim(substr(q, length(h.folded) + 1)), ' ')) word
        where position(' ' || word in ' ' || p.full_name_fold || ' ' || coalesce(g.full_name_fold, '')) = 0)
    ), best as (select distinct on (id) id, name, points from hit order by id, points desc)
    select b.id, b.name, b.points from best b join locality l on l.id = b.id
    where as_of is null or ((l.valid_from is null or l.valid_from <= as_of) and (l.valid_until is null or l.valid_until > as_of))
    order by b.points desc, (l.valid_until is not null), array_position(array['PROVINCE', 'DISTRICT', 'COMMUNE'], l.level), l.slug limit max_rows;
  get diagnostics n = row_count;
  if n > 0 then return; end if;
  return query
    with near as (
      select l.id, l.full_name as name, greatest(similarity(l.name_fold, q), similarity(l.full_name_fold, q)) * 0.6 as points from locality l
      union all select x.locality_id, x.name, similarity(x.name_fold, q) * 0.6 from locality_name x
    ), best as (select distinct on (id) id, name, points from near where points >= 0.24 order by id, points desc)
    select b.id, b.name, b.points::real from best b join locality l on l.id = b.id
    where as_of is null or ((l.valid_from is null or l.valid_from <= as_of) and (l.valid_until is null or l.valid_until > as_of))
    order by b.points desc, (l.valid_until is not null), array_position(array['PROVINCE', 'DISTRICT', 'COMMUNE'], l.level), l.slug limit max_rows;
end $$;
comment on function f_search_localities(text, date, int) is 'Localities by a name as typed, best first.';
