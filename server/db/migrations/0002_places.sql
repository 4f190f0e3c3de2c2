-- Places: which record's place matches a filter on which locality, what an argument that a person types means, and where a place is now.

-- Derived rows, rebuilt whole from locality and locality_succession: 110,000 pairs of foreign key checks would take longer than the rest.
alter table locality_cover drop constraint locality_cover_locality_id_fkey, drop constraint locality_cover_place_id_fkey;
comment on table locality_cover is 'Derived by refresh_locality_cover(); both columns hold ids of locality.';

-- Fills locality_cover. Territory is counted in atoms: (first unit, commune of today) of every path of succession, so a former commune that
-- was split has one atom for each part. Units overlap when they share an atom. A place P matches a filter on L when
--   P lies in L's subtree, or they overlap and P is not strictly broader than L: P is a commune, or all of P's atoms are L's.
-- is_whole = all of P's atoms are L's (for its own subtree always).
-- An atom starts at a unit without predecessors, and at a former unit that existed before its known predecessors joined it
-- (valid_from is null). A district's territory is its communes'; only one without communes, or one that ended before its communes
-- did, takes it from what succeeded it.
create function refresh_locality_cover() returns int language plpgsql as $$
declare
  total int;
  is_first boolean := not exists (select from locality_cover);
begin
  -- The embedded database has no autovacuum, and without statistics every later read of these tables scans them.
  analyze locality, locality_name, locality_succession;
  create temp table step on commit drop as
    select s.predecessor_id as a, s.successor_id as b from locality_succession s
      join locality p on p.id = s.predecessor_id join locality n on n.id = s.successor_id
    where n.level = 'COMMUNE' and (p.level = 'COMMUNE' or (p.level = 'DISTRICT'
      and (n.valid_until is not null or not exists (select from locality child where child.parent_id = p.id))));
  create temp table atom_member on commit drop as
    with recursive reach (a, b, depth) as (
      select id, id, 0 from locality where level = 'COMMUNE' or exists (select from step where step.a = locality.id)
      union all
      select reach.a, step.b, reach.depth + 1 from reach join step on step.a = reach.b where reach.depth < 12
    ), leaf as (select id from locality where level = 'COMMUNE' and not exists (select from step where step.a = locality.id)
    ), first as (select id from locality u where not exists (select from step where step.b = u.id) or (u.valid_from is null and u.valid_until is not null)
    ), atom as (
      select row_number() over () as atom, a as first, b as leaf from (select distinct a, b from reach where a in (select id from first) and b in (select id from leaf)) pair
    ), own (unit, atom) as (
      select first, atom from atom
      union select leaf, atom from atom
      union select middle.b, atom from atom join reach middle on middle.a = atom.first and middle.depth > 0 join reach rest on rest.a = middle.b and rest.b = atom.leaf and rest.depth > 0
    )
    select unit, atom from own
    union select l.parent_id, own.atom from own join locality l on l.id = own.unit where l.parent_id is not null
    union select p.parent_id, own.atom from own join locality l on l.id = own.unit join locality p on p.id = l.parent_id where p.parent_id is not null;
  create index on atom_member (atom);
  analyze atom_member;
  -- Kept apart from the insert: planned together, the pairs are built twice as slowly.
  create temp table pair on commit drop as
    with size as (select unit, count(*) as atoms from atom_member group by unit
    ), shared as (
      select l.unit as locality_id, p.unit as place_id, count(*) as atoms from atom_member p join atom_member l on l.atom = p.atom group by l.unit, p.unit
    ), overlap as (
      select locality_id, place_id, shared.atoms = size.atoms as is_whole from shared join size on size.unit = place_id join locality place on place.id = place_id
      where shared.atoms = size.atoms or place.level = 'COMMUNE'
    ), subtree as (
      select id as locality_id, id as place_id from locality
      union all select parent_id, id from locality where parent_id is not null
      union all select p.parent_id, l.id from locality l join locality p on p.id = l.parent_id where p.parent_id is not null
    )
    select locality_id, place_id, bool_or(is_whole) as is_whole from (select * from overlap union all select locality_id, place_id, true from subtree) both_kinds group by 1, 2;
  -- At first load indexes are built afterwards, in a third of the time; later nobody may be kept from reading.
  if is_first then
    alter table locality_cover drop constraint locality_cover_pkey;
    drop index locality_cover_locality_id_place_id_idx;
  end if;
  delete from locality_cover;
  insert into locality_cover (locality_id, place_id, is_whole) select locality_id, place_id, is_whole from pair;
  get diagnostics total = row_count;
  if is_first then
    alter table locality_cover add primary key (place_id, locality_id);
    create index locality_cover_locality_id_place_id_idx on locality_cover (locality_id, place_id);
  end if;
  drop table step, atom_member, pair;
  analyze locality_cover;
  return total;
end $$;
comment on function refresh_locality_cover() is 'Rebuilds locality_cover after units or their successions changed; returns the number of pairs.';

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
