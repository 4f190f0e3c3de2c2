-- What a record is called, apart from all that it tells: suggestions look at nothing else. With the weights of `folded` as a condition the
-- index can't say which rows match, and each row's whole vector was read from where long values lie: 60 ms for 10,000 records, now 2.
alter table model_search add column named tsvector not null generated always as (ts_filter(folded, '{a,b}')) stored;
alter table model_search alter column named set storage main;
create index model_search_named on model_search using gin (named) with (fastupdate = off);
comment on column model_search.named is 'The words of name and aliases: what suggestions look at.';
