-- What a curator and an author need of a record's way: which merge a step was of.
alter table model_step add column merge_id uuid references model_merge (id), add check (merge_id is null or step in ('MERGE', 'UNDO_MERGE'));
comment on column model_step.merge_id is 'Of MERGE and UNDO_MERGE, on both records: what undoMerge takes.';
-- Both records are locked while one goes into the other, so the last merge before a step of either is the one that it was of.
update model_step s set merge_id = (
  select m.id from model_merge m where s.model_id in (m.source_id, m.target_id) and (case s.step when 'MERGE' then m.merged_at else m.undone_at end) <= s.at
  order by case s.step when 'MERGE' then m.merged_at else m.undone_at end desc limit 1)
where s.step in ('MERGE', 'UNDO_MERGE');
