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
