export { type CaseDeps, fatesOfEvidence } from "./evidence.ts";
export { type EvidenceFiles, openEvidenceFiles } from "./evidence-files.ts";
export { caseRoutes } from "./routes.ts";
