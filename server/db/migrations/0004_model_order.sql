-- Every ordering of models, in both directions, is one range of one index: the same expressions as server/domain/model/order.ts.
-- Unknown starts come last both ways, hence two keys; collation "C" so that the order doesn't depend on the database's locale.
drop index model_by_name, model_by_started;
create index model_by_name on model ((name_key collate "C"), id);
create index model_by_started on model ((coalesce(started_on::text, '~') collate "C"), id);
create index model_by_started_desc on model ((coalesce(started_on::text, '') collate "C"), id);
