export { requireAuthority, requireGrantable } from "./authority.ts";
export { invitePerson } from "./invitation.ts";
export { personRoutes } from "./routes.ts";
export { createPerson, getPerson, type PersonDeps } from "./service.ts";
export { createSessionReader, createSignInGate, createSignInRecorder } from "./session.ts";
export { addGrants, countActiveIn, insertPerson } from "./store.ts";
