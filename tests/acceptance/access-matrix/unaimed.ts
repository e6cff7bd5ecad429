const PERSON_FILTER = "Narrows by a person's id a list that is cut to the reader's units by the aim at ?unit.";
const PERSON_NAMED =
  "Names a person to be responsible: one whom the actor may not see is answered as nobody (400), tested in the slice.";
const RULES_ARE_SHARED = "Rules are for the whole group: whoever holds rule:read anywhere reads all of them.";
const PACKS_ARE_SHARED =
  "Rule packs are for the whole group: read by whoever holds rule:read anywhere, changed with rule:write at its root, tested in the slice.";
const PARSERS_ARE_SHARED =
  "Parsers are for the whole group: listed by whoever holds source:read anywhere, read with event:read and changed with source:write at its root, tested in the slice.";
const COVERAGE_UNIT =
  "Narrows the units whose detections and alerts are counted to those that the reader sees anyway: tested in the slice.";
const BINDING_ONLY =
  "Looked up within the incident alone, in what its case holds or what binds its unit: anything else is answered as not there, tested in the slice.";
const OWNER_ONLY = "A kept search belongs to a person: for all but its owner it is not there, tested in the slice.";
const TOLD_BY_NAME =
  "Names whom or what is told: one that the actor does not see is refused (400), and nobody hears of what they may not read; tested in the slice.";
const AUTH_ENGINE = "better-auth's own paths, each of them about the sender's own session.";
const AUDIT_FILTER = "Narrows the record, which is cut to the reader's units by the aim at ?unitId.";

/** Parameters that are called like an id and name no object of a unit, each with the reason. */
export const UNAIMED: Readonly<Record<string, string>> = {
  "GET /api/auth/* *": AUTH_ENGINE,
  "POST /api/auth/* *": AUTH_ENGINE,
  "POST /api/v1/tokens sourceId":
    "A token sends for a source of its own unit alone, whatever it names: the resolver sees to it when events come.",
  "GET /api/v1/audit ?actorId": AUDIT_FILTER,
  "GET /api/v1/audit ?targetId": AUDIT_FILTER,
  "POST /api/v1/ingest ?source": "A name that is looked up among the sources of the sender's unit alone.",
  "GET /api/v1/alerts ?assignee": PERSON_FILTER,
  "GET /api/v1/alerts/facets ?assignee": PERSON_FILTER,
  "GET /api/v1/alerts/selection ?assignee": PERSON_FILTER,
  "GET /api/v1/alerts/export.csv ?assignee": PERSON_FILTER,
  "PATCH /api/v1/alerts/:id change.assigneeId": PERSON_NAMED,
  "POST /api/v1/alerts/bulk change.assigneeId": PERSON_NAMED,
  "POST /api/v1/alerts/bulk target.filter.assignee": PERSON_FILTER,
  "POST /api/v1/alerts/undo changeId":
    "A change is taken back by its author alone, for the alerts still in their units: tested in the slice.",
  "GET /api/v1/rules/:id :id": RULES_ARE_SHARED,
  "GET /api/v1/rules/:id/versions/:version :id": RULES_ARE_SHARED,
  "GET /api/v1/rules/:id/versions/:version :version": RULES_ARE_SHARED,
  "GET /api/v1/exceptions ?ruleId": RULES_ARE_SHARED,
  "POST /api/v1/exceptions ruleIds": RULES_ARE_SHARED,
  "PUT /api/v1/exceptions/:id ruleIds": RULES_ARE_SHARED,
  "GET /api/v1/rule-packs/:name :name": PACKS_ARE_SHARED,
  "GET /api/v1/rule-packs/:name/versions/:version/difference :name": PACKS_ARE_SHARED,
  "GET /api/v1/rule-packs/:name/versions/:version/difference :version": PACKS_ARE_SHARED,
  "GET /api/v1/parsers/:id :id": PARSERS_ARE_SHARED,
  "GET /api/v1/parsers/:id/versions/:version :id": PARSERS_ARE_SHARED,
  "GET /api/v1/parsers/:id/versions/:version :version": PARSERS_ARE_SHARED,
  "GET /api/v1/rules/coverage ?unit": COVERAGE_UNIT,
  "GET /api/v1/rules/coverage/layer ?unit": COVERAGE_UNIT,
  "GET /api/v1/dashboards/rules ?unit": COVERAGE_UNIT,
  "GET /api/v1/dashboards/rules.csv ?unit": COVERAGE_UNIT,
  "GET /api/v1/dashboards/rules.pdf ?unit": COVERAGE_UNIT,
  "POST /api/v1/retro-hunts ruleId": RULES_ARE_SHARED,
  "GET /api/v1/retro-hunts ?ruleId":
    "Narrows by a rule, which is for the whole group, the list of one's own retro-hunts.",
  "POST /api/v1/incidents/:id/relations/:relationId/undo :relationId":
    "A relation is found among those of the incident alone, which is aimed at by :id; the other incident must be the actor's too.",
  "POST /api/v1/grouping-rules ruleId": RULES_ARE_SHARED,
  "POST /api/v1/grouping-rules/preview ruleId": RULES_ARE_SHARED,
  "PUT /api/v1/grouping-rules/:id ruleId": RULES_ARE_SHARED,
  "GET /api/v1/incidents ?owner": PERSON_FILTER,
  "POST /api/v1/incidents ownerId": PERSON_NAMED,
  "PATCH /api/v1/incidents/:id change.ownerId": PERSON_NAMED,
  "PUT /api/v1/incidents/:id/crisis/steps/:step :step": "One of eight words; the incident is aimed at by its own id.",
  "PUT /api/v1/incidents/:id/crisis/steps/:step ownerId": PERSON_NAMED,
  "GET /api/v1/incidents/:id/case-notes/:noteId/versions/:version :version":
    "The number of a version of the note, which is aimed at by its own id.",
  "POST /api/v1/incidents/:id/tasks ownerId": PERSON_NAMED,
  "PATCH /api/v1/incidents/:id/tasks/:taskId change.ownerId": PERSON_NAMED,
  "POST /api/v1/incidents/:id/evidence/:evidenceId/custody toId": PERSON_NAMED,
  "POST /api/v1/handovers receiverId": PERSON_NAMED,
  "POST /api/v1/incidents/:id/duties/entries entryId": BINDING_ONLY,
  "POST /api/v1/incidents/:id/duties/entries/remove entryId": BINDING_ONLY,
  "POST /api/v1/incidents/:id/duties/filings documentId": BINDING_ONLY,
  "PUT /api/v1/saved-searches/:id :id": OWNER_ONLY,
  "POST /api/v1/notifications/read ids": "One's own messages alone are marked, whatever is named: tested in the slice.",
  "POST /api/v1/on-call/pages/:id/acknowledge :id":
    "Answered by whoever was called, or may write incidents there; for all others it is not there, tested in the slice.",
  ...Object.fromEntries(
    ["POST /api/v1/notify/rules", "PUT /api/v1/notify/rules/:id"].flatMap((route) =>
      ["personId", "rotaId", "policyId", "channelId"].map((name) => [`${route} content.targets.${name}`, TOLD_BY_NAME]),
    ),
  ),
  ...Object.fromEntries(
    ["POST /api/v1/on-call/policies", "PUT /api/v1/on-call/policies/:id"].flatMap((route) =>
      ["personId", "rotaId", "policyId", "channelId"].map((name) => [
        `${route} content.steps.targets.${name}`,
        TOLD_BY_NAME,
      ]),
    ),
  ),
  "POST /api/v1/on-call/rotas content.people.id": PERSON_NAMED,
  "PUT /api/v1/on-call/rotas/:id content.people.id": PERSON_NAMED,
  "POST /api/v1/on-call/rotas/:id/overrides personId": PERSON_NAMED,
  "DELETE /api/v1/saved-searches/:id :id":
    "A kept search belongs to a person; beside them only who keeps the unit that it is shared with (unit:write) deletes it, tested in the slice.",
  "DELETE /api/v1/notebooks/:id :id":
    "Only the owner of a free notebook deletes it, and a free one has no unit unless shared: tested in the slice.",
};
