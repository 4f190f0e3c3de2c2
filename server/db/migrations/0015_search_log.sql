-- A process keeps search rows in memory and asks for what was written since it last looked. So numbers (seq) rise in the order of commits:
-- whoever writes rows holds search_state first. And a row that goes leaves a number too.
create table model_search_gone (
  model_id uuid primary key,
  seq bigint not null unique
);
comment on table model_search_gone is 'Models whose search row went, each with the number of its last going. A number below that of a row tells nothing any more.';

create function f_search_rows_gone() returns trigger language plpgsql as $$
begin
  if not exists (select from gone) then return null; end if;
  perform from search_state for update;
  insert into model_search_gone (model_id, seq) select model_id, nextval('model_search_seq') from gone order by model_id
    on conflict (model_id) do update set seq = excluded.seq;
  return null;
end $$;
create trigger model_search_gone after delete on model_search referencing old table as gone for each statement execute function f_search_rows_gone();

-- Which models lie in a unit is remembered under the version of the places.
create trigger locality_cover_touches after insert or update or delete on locality_cover for each statement execute function touch_places();
