-- Search on Postgres. One row per published model (it goes with the model), written by refreshSearchDocuments() in the transaction
-- that publishes. Words are cut and folded by server/search/fold.ts, for index and query alike, so that no locale and no text search
-- dictionary of the database decides what a word is.
create table model_search (
  model_id uuid primary key references model (id) on delete cascade,
  folded tsvector not null, marked tsvector not null,
  name_words text not null, alias_words text not null, concept_words text not null, text_words text not null,
  name text not null, aliases text[] not null, body jsonb not null,
  topics text[] not null, settings text[] not null, participants text[] not null, provinces uuid[] not null,
  operational_status text not null, evidence_level text not null, recognition_levels text[] not null,
  started_year int, has_results boolean not null, has_replications boolean not null, has_costs boolean not null,
  prior real not null, updated_at timestamptz not null, hash text not null
);
comment on column model_search.folded is 'Weighted: A name, B aliases, C concepts (vocabulary labels and synonyms, places, bodies), D texts.';
comment on column model_search.marked is 'The same words with their marks, the tone at the end (hoa2): what exact spelling is ranked by.';
comment on column model_search.name_words is 'Folded words between blanks, so that words and phrases are found by their position in plain text.';
comment on column model_search.prior is 'Recognition and evidence as a mild number between 0 and 1: the order of browsing, and the last word between equals.';
comment on column model_search.hash is 'Hash of the document that the row was made from: what doctor compares.';
create index model_search_folded on model_search using gin (folded) with (fastupdate = off);
create index model_search_browse on model_search (prior desc, updated_at desc, model_id);

-- Every folded word of the catalogue with the number of models that have it: what a typed word is corrected to, and how rare it is.
create table search_vocabulary (word text primary key, model_count int not null check (model_count > 0));

-- One row. Its version changes with the vocabulary and the thesaurus, in their transaction, so that a process knows when to read them again.
create table search_state (only_row boolean primary key default true check (only_row), version bigint not null);
insert into search_state (version) values (1);

-- Which index of a search server answers: an alias kept here, so that the cut-over to a rebuilt one is a transaction of ours.
create table search_index (
  target text primary key check (target ~ '^[A-Za-z0-9_-]+$'), kind text not null, settings_hash text not null, state text not null check (state in ('FILLING', 'SERVING', 'RETIRED')),
  server_key text not null, created_at timestamptz not null default now(), served_at timestamptz, index_created_at text, writer text, writer_until timestamptz
);
comment on column search_index.server_key is 'Which server holds it (address without credentials): another server is another target.';
comment on column search_index.index_created_at is 'What the server told when the index was made: another moment means that its data was wiped or restored.';
comment on column search_index.writer is 'The one process that may write to the index until writer_until.';
create unique index search_index_one_serving on search_index (kind, server_key) where state = 'SERVING';
