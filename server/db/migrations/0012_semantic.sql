-- What each published text means, as an embeddings endpoint tells it (optional: without one these tables stay empty). A vector hangs on the search row,
-- which is there exactly while its model is published, so it goes in the transaction that unpublishes.
create sequence model_embedding_seq;
create table model_embedding (
  model_id uuid not null references model_search (model_id) on delete cascade, embedding_model text not null,
  source_seq bigint not null, text_hash text not null, vector bytea, dimensions int check (dimensions > 0), asked_at timestamptz not null default now(),
  error text, attempts int not null default 0, retry_at timestamptz, seq bigint not null default nextval('model_embedding_seq'),
  primary key (model_id, embedding_model),
  check (case when vector is null then dimensions is null and error is not null and retry_at is not null else octet_length(vector) = 4 * dimensions and error is null and retry_at is null end)
);
alter sequence model_embedding_seq owned by model_embedding.seq;
comment on column model_embedding.embedding_model is 'Name of the embedding model, with @ and the dimensions where they were asked for: vectors of two of them cannot be compared.';
comment on column model_embedding.source_seq is 'State of the search row that the text was last compared with.';
comment on column model_embedding.text_hash is 'SHA-256 of the text that was sent: the same text is never sent twice.';
comment on column model_embedding.vector is 'Length one, 4 bytes a number (IEEE 754, little-endian); null while the endpoint refuses the text.';
comment on column model_embedding.seq is 'Another one at every writing: names this very state of the row.';

-- Who asks for vectors: one process per embedding model, until held_until.
create table embedding_lease (embedding_model text primary key, holder text not null, held_until timestamptz not null);
