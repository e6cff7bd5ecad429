-- What has changed, told to every server process when the change commits (LISTEN yagura_live): topic, unit, person and ids,
-- never content. By triggers and not by the code that changes things, so that no way of changing them is forgotten. At most
-- 50 ids each: a notice has 8,000 bytes.
CREATE FUNCTION live_tell(topic text, unit text, person text, ids text[]) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('yagura_live', json_build_object('topic', topic, 'unit', unit, 'person', person,
    'ids', coalesce(ids[1:50], '{}'), 'more', coalesce(cardinality(ids), 0) > 50)::text)
$$;

CREATE FUNCTION live_alert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM live_tell('alerts', unit_id, NULL, array_agg(id ORDER BY id DESC)) FROM changed GROUP BY unit_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER alert_live_insert AFTER INSERT ON alert
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_alert();
CREATE TRIGGER alert_live_update AFTER UPDATE ON alert
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_alert();

-- What moves to another unit is news in both: from one it goes, in the other it appears.
CREATE FUNCTION live_of_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    PERFORM live_tell(TG_ARGV[0], unit_id, NULL, array_agg(id ORDER BY id DESC))
    FROM (SELECT unit_id, id FROM changed UNION SELECT unit_id, id FROM former) AS either GROUP BY unit_id;
  ELSE
    PERFORM live_tell(TG_ARGV[0], unit_id, NULL, array_agg(id ORDER BY id DESC)) FROM changed GROUP BY unit_id;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER incident_live_insert AFTER INSERT ON incident
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_of_unit('incidents');
CREATE TRIGGER incident_live_update AFTER UPDATE ON incident
  REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_of_unit('incidents');
CREATE TRIGGER source_live_insert AFTER INSERT ON source
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_of_unit('sources');
CREATE TRIGGER source_live_update AFTER UPDATE ON source
  REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_of_unit('sources');

-- A silence that begins or ends; what else is learned of a source's pauses is no news.
CREATE FUNCTION live_silence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    PERFORM live_tell('sources', s.unit_id, NULL, array_agg(s.id ORDER BY s.id DESC))
    FROM changed c JOIN former f ON f.source_id = c.source_id JOIN source s ON s.id = c.source_id
    WHERE c.silent_since IS DISTINCT FROM f.silent_since GROUP BY s.unit_id;
  ELSE
    PERFORM live_tell('sources', s.unit_id, NULL, array_agg(s.id ORDER BY s.id DESC))
    FROM changed c JOIN source s ON s.id = c.source_id WHERE c.silent_since IS NOT NULL GROUP BY s.unit_id;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER source_cadence_live_insert AFTER INSERT ON source_cadence
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_silence();
CREATE TRIGGER source_cadence_live_update AFTER UPDATE ON source_cadence
  REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_silence();

-- What happens within an incident: told under the unit that the incident is in.
CREATE FUNCTION live_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM live_tell(TG_ARGV[0], i.unit_id, NULL, array_agg(DISTINCT i.id))
  FROM changed c JOIN incident i ON i.id = c.incident_id GROUP BY i.unit_id;
  RETURN NULL;
END
$$;
DO $$
DECLARE
  part text;
BEGIN
  FOREACH part IN ARRAY ARRAY['incident_entry', 'incident_alert', 'crisis_declaration', 'crisis_service', 'crisis_step',
    'case_task', 'case_note', 'case_evidence', 'case_feed', 'duty_event'] LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
      EXECUTE FUNCTION live_case(''incident'')', part || '_live_insert', part);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
      EXECUTE FUNCTION live_case(''incident'')', part || '_live_update', part);
  END LOOP;
END
$$;
CREATE TRIGGER duty_clock_live_insert AFTER INSERT ON duty_clock
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_case('duties');
CREATE TRIGGER duty_clock_live_delete AFTER DELETE ON duty_clock
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_case('duties');
CREATE TRIGGER duty_warning_live_insert AFTER INSERT ON duty_warning
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_case('duties');

CREATE FUNCTION live_impact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM live_tell('incident', i.unit_id, NULL, array_agg(DISTINCT i.id))
  FROM changed c JOIN crisis_service s ON s.id = c.service_id JOIN incident i ON i.id = s.incident_id GROUP BY i.unit_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER crisis_impact_live_insert AFTER INSERT ON crisis_impact
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_impact();

-- Who may see what: open streams of the person, or all of them, look at their rights again.
CREATE FUNCTION live_rights() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'role_grant' THEN
    PERFORM live_tell('rights', NULL, person_id, NULL) FROM changed GROUP BY person_id;
  ELSIF TG_TABLE_NAME = 'auth_session' THEN
    PERFORM live_tell('rights', NULL, p.id, NULL) FROM changed c JOIN person p ON p.auth_user_id = c.user_id GROUP BY p.id;
  ELSIF TG_TABLE_NAME = 'access_token' THEN
    PERFORM live_tell('rights', NULL, id, NULL) FROM changed WHERE revoked_at IS NOT NULL;
  ELSIF TG_TABLE_NAME = 'person' THEN
    PERFORM live_tell('rights', NULL, id, NULL) FROM changed;
  ELSIF EXISTS (SELECT 1 FROM changed) THEN
    PERFORM live_tell('rights', NULL, NULL, NULL);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER role_grant_live_insert AFTER INSERT ON role_grant
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_rights();
CREATE TRIGGER role_grant_live_delete AFTER DELETE ON role_grant
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_rights();
CREATE TRIGGER auth_session_live_delete AFTER DELETE ON auth_session
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_rights();
CREATE TRIGGER person_live_update AFTER UPDATE ON person
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_rights();
CREATE TRIGGER access_token_live_update AFTER UPDATE ON access_token
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_rights();
CREATE TRIGGER unit_live_update AFTER UPDATE ON unit
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_rights();
CREATE TRIGGER unit_live_insert AFTER INSERT ON unit
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_rights();
