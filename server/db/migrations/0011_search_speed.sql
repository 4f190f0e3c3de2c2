-- Rows of search are read by the thousand, and then only their small columns: the large ones go out of line, and those that are filtered by stay.
alter table model_search set (toast_tuple_target = 512);
alter table model_search alter column topics set storage main, alter column settings set storage main, alter column participants set storage main, alter column provinces set storage main,
  alter column recognition_levels set storage main, alter column name_words set storage main, alter column folded set storage external;

-- Each writing of a row gets another number: what a process remembers under it is never stale.
create sequence model_search_seq;
alter table model_search add column seq bigint not null default nextval('model_search_seq');
alter sequence model_search_seq owned by model_search.seq;
create unique index model_search_seq_key on model_search (seq);
comment on column model_search.seq is 'Another one at every writing: names this very state of the row.';

-- Writes the rows that are there anew, so that they are stored so as well.
update model_search set folded = folded || ''::tsvector, marked = marked || ''::tsvector, topics = topics || '{}', settings = settings || '{}', participants = participants || '{}', provinces = provinces || '{}', name_words = name_words || '',
  concept_words = concept_words || '', text_words = text_words || '', body = body || '{}', tags = tags || '{}';
