"""Rules that span tables: a round stays in its programme, a project's status follows from its milestones."""

from django.db import migrations

ROUND_IN_ITS_PROGRAMME = """
alter table projects_announcement
  add constraint projects_announcement_round_in_its_programme
  foreign key (round_id, programme_id, fiscal_year)
  references projects_selectionround (id, programme_id, fiscal_year);
"""

# The one place of the rule. Each line outranks those below it; `completed` does not move the status.
STATUS = """
create function projects_status_of(bigint) returns text language sql stable as $$
  select case
    when bool_or(kind = 'withdrawn') then 'withdrawn'
    when bool_or(kind = 'credits_issued') then 'credits_issued'
    when bool_or(kind in ('registered', 'monitoring_report', 'verified')) then 'registered'
    when bool_or(kind in ('in_validation', 'validated')) then 'in_validation'
    when bool_or(kind = 'no_objection') then 'no_objection'
    when bool_or(kind = 'selected') then 'selected'
    else 'unknown' end
  from projects_milestone where project_id = $1
$$;

create function projects_project_follows_milestones() returns trigger language plpgsql as $$
begin
  new.status := projects_status_of(new.id);
  new.selected_on := (select min(reached_on) from projects_milestone where project_id = new.id and kind = 'selected');
  return new;
end $$;

create trigger project_follows_milestones before insert or update of status, selected_on on projects_project
  for each row execute function projects_project_follows_milestones();

create function projects_milestone_moves_project() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    update projects_project set status = status where id = old.project_id;
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.project_id <> old.project_id) then
    update projects_project set status = status where id = new.project_id;
  end if;
  return null;
end $$;

create trigger milestone_moves_project after insert or update or delete on projects_milestone
  for each row execute function projects_milestone_moves_project();
"""

STATUS_BACK = """
drop trigger milestone_moves_project on projects_milestone;
drop function projects_milestone_moves_project();
drop trigger project_follows_milestones on projects_project;
drop function projects_project_follows_milestones();
drop function projects_status_of(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_nouns")]

    operations = [
        migrations.RunSQL(
            ROUND_IN_ITS_PROGRAMME,
            "alter table projects_announcement drop constraint projects_announcement_round_in_its_programme;",
        ),
        migrations.RunSQL(STATUS, STATUS_BACK),
    ]
