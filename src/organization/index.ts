export { createOrganization, type Organization, type OrganizationOptions } from "./organization.ts";
