-- What arrives in an inbox, or is read there, is told to the pages of its owner that are open.
CREATE FUNCTION live_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM live_tell('notifications', NULL, person_id, array_agg(id ORDER BY id DESC)) FROM changed GROUP BY person_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER notify_message_live_insert AFTER INSERT ON notify_message
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_message();
CREATE TRIGGER notify_message_live_update AFTER UPDATE ON notify_message
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION live_message();
