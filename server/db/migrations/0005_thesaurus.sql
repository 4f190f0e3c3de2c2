-- The thesaurus: what people say for what the catalogue means. Curators edit it; queries are read with it at once, and the records that a
-- change concerns are tagged again (server/domain/thesaurus). A concept that *is* a word of the vocabularies is tied to it (is_same), so
-- that a model filed under the word counts as telling of the concept; the other ties only lead a query there.
create table concept (
  id uuid primary key, key text not null unique check (key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  kind text not null check (kind in ('PROBLEM', 'TOPIC', 'SETTING', 'PARTICIPANT', 'MEANS', 'ACTIVITY')),
  label_vi text not null, label_en text not null, synonyms text[] not null default '{}', dialect text[] not null default '{}', english text[] not null default '{}',
  seed_hash text, updated_at timestamptz not null default now()
);
comment on column concept.synonyms is 'Vietnamese words with marks that mean it or are a case of it; these are also looked for in the records.';
comment on column concept.dialect is 'The same as people of one region, or in anger, say it.';
comment on column concept.seed_hash is 'Hash of what the seed last wrote; a concept that differs from it was changed by a curator and is left alone.';
create table concept_relation (
  concept_id uuid not null references concept (id) on delete cascade, to_id uuid not null references concept (id) on delete cascade,
  kind text not null check (kind in ('BROADER', 'RELATED')), primary key (concept_id, to_id), check (concept_id <> to_id)
);
comment on column concept_relation.kind is 'BROADER: what is told of concept_id is told of to_id too. RELATED: who asks for concept_id is helped by to_id.';
create index on concept_relation (to_id);
create table concept_term (concept_id uuid not null references concept (id) on delete cascade, term_id uuid not null references term (id), is_same boolean not null, primary key (concept_id, term_id));
create unique index concept_term_one_same on concept_term (term_id) where is_same;

-- Short forms that only write something shorter; each opens to all of its long forms.
create table abbreviation (short text primary key check (short <> ''), long_forms text[] not null check (cardinality(long_forms) > 0), seed_hash text);

-- What the texts of a model tell of each concept: {"theft": [in the name, in other names, filed under, in summary and problem, in the rest]}.
alter table model_search add column tags jsonb not null default '{}';
comment on column model_search.tags is 'Occurrences of concepts by field; in folded they stand as the lexemes #key.';

-- Random versions rather than counted ones: what is kept in memory under a version can be shared by processes and databases alike.
alter table search_state add column thesaurus_version uuid not null default gen_random_uuid(), add column places_version uuid not null default gen_random_uuid();
create function touch_thesaurus() returns trigger language plpgsql as $$ begin update search_state set thesaurus_version = gen_random_uuid(); return null; end $$;
create function touch_places() returns trigger language plpgsql as $$ begin update search_state set places_version = gen_random_uuid(); return null; end $$;
create trigger concept_touches after insert or update or delete on concept for each statement execute function touch_thesaurus();
create trigger concept_relation_touches after insert or update or delete on concept_relation for each statement execute function touch_thesaurus();
create trigger concept_term_touches after insert or update or delete on concept_term for each statement execute function touch_thesaurus();
create trigger abbreviation_touches after insert or update or delete on abbreviation for each statement execute function touch_thesaurus();
create trigger term_touches after insert or update or delete on term for each statement execute function touch_thesaurus();
create trigger locality_touches after insert or update or delete on locality for each statement execute function touch_places();
create trigger locality_name_touches after insert or update or delete on locality_name for each statement execute function touch_places();

-- How strongly a record tells of a concept, 0..1: the rough measure of server/search/tags.ts, for what is decided in SQL alone.
create function f_tag_strength(counts jsonb) returns float8 language sql immutable strict parallel safe as $$
  select 1 - (case when (counts ->> 0)::int > 0 then 0.3 else 1 end) * (case when (counts ->> 1)::int > 0 then 0.4 else 1 end)
    * (case when (counts ->> 2)::int > 0 then 0.6 else 1 end) * (case when (counts ->> 3)::int > 0 then 0.7 else 1 end) * (case when (counts ->> 4)::int > 0 then 0.85 else 1 end)
$$;

-- Models that tell of the same concepts, the rare ones counting most. What shares none of the dozen that a model is most about is not looked at.
create function f_similar_models(of_model uuid, wanted int) returns table (model_id uuid, score float8, reasons text[]) language sql stable parallel safe rows 5 as $$
  with total as (select count(*)::float8 as n from model_search),
  rarity as materialized (select substr(v.word, 2) as key, ln(1 + (total.n - v.model_count + 0.5) / (v.model_count + 0.5)) as weight from search_vocabulary v, total where v.word >= '#' and v.word < '$'),
  mine as materialized (
    select t.key, f_tag_strength(t.value) * r.weight as weight from model_search s cross join jsonb_each(s.tags) t join rarity r using (key) where s.model_id = of_model
    order by 2 desc, 1 limit 12
  ),
  near as materialized (
    select s.model_id, s.tags, s.topics, s.settings, s.participants, s.prior from model_search s
    where s.model_id <> of_model and s.folded @@ coalesce((select string_agg(quote_literal('#' || mine.key) || ':ABC', ' | ')::tsquery from mine), ''::tsquery)
    order by s.prior desc, s.model_id limit 400
  ),
  scored as (
    select n.model_id, n.prior, sum(mine.weight * x.weight) / nullif(sqrt(sum(x.weight * x.weight)) * (select sqrt(sum(m.weight * m.weight)) from mine m), 0) as score,
      (array_agg(x.key order by mine.weight * x.weight desc, x.key) filter (where mine.key is not null))[1:3] as shared
    from near n cross join lateral (select t.key, f_tag_strength(t.value) * r.weight as weight from jsonb_each(n.tags) t join rarity r using (key)) x left join mine on mine.key = x.key
    group by n.model_id, n.prior
  ),
  best as (select scored.* from scored where scored.score > 0.1 order by scored.score desc, scored.prior desc, scored.model_id limit wanted)
  select b.model_id, round(b.score::numeric, 4)::float8,
    array(select 'Cùng nói về: ' || string_agg(lower(c.label_vi), '; ' order by array_position(b.shared, c.key)) from concept c where c.key = any(b.shared) having count(*) > 0
      union all
      select said.what || string_agg(lower(t.label_vi), '; ' order by t.position) from (values ('TOPIC', 'Cùng lĩnh vực: ', me.topics, n.topics), ('SETTING', 'Cùng nơi: ', me.settings, n.settings), ('PARTICIPANT', 'Cùng lực lượng: ', me.participants, n.participants)) said(kind, what, mine, theirs)
        join term t on t.kind = said.kind and t.key = any(said.mine) and t.key = any(said.theirs) and t.key <> 'other' group by said.kind, said.what)
  from best b join near n using (model_id) cross join (select s.topics, s.settings, s.participants from model_search s where s.model_id = of_model) me order by 2 desc, b.prior desc, b.model_id
$$;
comment on function f_similar_models(uuid, int) is 'Models like one, best first, each with reasons in Vietnamese.';
