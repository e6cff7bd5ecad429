export { createOrganization, type Organization } from "./organization.ts";
