-- What tells an index that is still ours from one that was wiped, restored or left behind.
alter table search_index add column last_task_uid bigint, add column last_task_at text, add column retired_at timestamptz;
comment on column search_index.last_task_uid is 'The newest task that the writer put: gone, or enqueued at another moment than last_task_at, the server''s data is not what it was.';
comment on column search_index.retired_at is 'Since when nobody is answered from it; deleted on its server a little later, when no process can still hold its name.';
create index outbox_due on outbox (target, id) where dead_at is null;
