import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { RoleList } from "../access/contract.ts";
import { roleViews } from "../access/index.ts";
import {
  AcceptInvitation,
  CheckInvitation,
  CreatePerson,
  Invitation,
  InvitationView,
  Me,
  PeopleList,
  PeopleQuery,
  Person,
  PersonParams,
  SetGrants,
  SignedIn,
  UpdateMe,
  UpdatePerson,
} from "./contract.ts";
import { acceptInvitation, checkInvitation, type InvitationDeps, invitePerson } from "./invitation.ts";
import { getMe, updateMe } from "./me.ts";
import {
  createPerson,
  deactivatePerson,
  getPerson,
  listPeople,
  reactivatePerson,
  resetSecondFactor,
  setGrants,
  updatePerson,
} from "./service.ts";

const read = { config: { access: "person:read" } } as const;
const write = { config: { access: "person:write" } } as const;
const signedIn = { config: { access: "signed-in" } } as const;
const open = { config: { access: "public" } } as const;
const one = { params: PersonParams, response: { 200: Person } };

export function personRoutes(deps: InvitationDeps): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(meRoutes(deps));
    await app.register(invitationRoutes(deps));
    app.get(
      "/api/v1/people",
      { ...read, schema: { summary: "People", querystring: PeopleQuery, response: { 200: PeopleList } } },
      async (request) => listPeople(request.ctx, request.query),
    );
    app.get("/api/v1/people/:id", { ...read, schema: { summary: "One person", ...one } }, async (request) =>
      getPerson(request.ctx, request.params.id),
    );
    app.post(
      "/api/v1/people",
      { ...write, schema: { summary: "Add a person", body: CreatePerson, response: { 201: Person } } },
      async (request, reply) => reply.code(201).send(await createPerson(request.ctx, deps, request.body)),
    );
    app.patch(
      "/api/v1/people/:id",
      { ...write, schema: { summary: "Change a person", ...one, body: UpdatePerson } },
      async (request) => updatePerson(request.ctx, deps, { id: request.params.id, ...request.body }),
    );
    app.put(
      "/api/v1/people/:id/grants",
      { ...write, schema: { summary: "Set the roles of a person", ...one, body: SetGrants } },
      async (request) => setGrants(request.ctx, deps, { id: request.params.id, grants: request.body.grants }),
    );
    const verbs = {
      deactivate: deactivatePerson,
      reactivate: reactivatePerson,
      "reset-second-factor": resetSecondFactor,
    };
    for (const [verb, work] of Object.entries(verbs)) {
      app.post(
        `/api/v1/people/:id/${verb}`,
        {
          ...write,
          schema: { summary: `${verb} a person`.replaceAll("-", " "), params: PersonParams, response: { 200: Person } },
        },
        async (request) => work(request.ctx, deps, request.params.id),
      );
    }
  };
}

function invitationRoutes(deps: InvitationDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      "/api/v1/people/:id/invitation",
      {
        ...write,
        schema: {
          summary: "Make a one-time link by which a person sets their password",
          params: PersonParams,
          response: { 201: Invitation },
        },
      },
      async (request, reply) => reply.code(201).send(await invitePerson(request.ctx, deps, request.params.id)),
    );
    app.post(
      "/api/v1/invitations/check",
      { ...open, schema: { summary: "Whom a link is for", body: CheckInvitation, response: { 200: InvitationView } } },
      async (request) => checkInvitation(request.ctx, request.body.token),
    );
    app.post(
      "/api/v1/invitations/accept",
      {
        ...open,
        schema: { summary: "Set the password by a link", body: AcceptInvitation, response: { 200: SignedIn } },
      },
      async (request, reply) => {
        const { isSignedIn, setCookies } = await acceptInvitation(request, deps, request.body);
        for (const cookie of setCookies) reply.header("set-cookie", cookie);
        return { isSignedIn };
      },
    );
  };
}

function meRoutes(deps: InvitationDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/api/v1/me",
      { ...signedIn, schema: { summary: "Who is signed in, and what they may do where", response: { 200: Me } } },
      async (request) => getMe(request.ctx, deps),
    );
    app.patch(
      "/api/v1/me",
      { ...signedIn, schema: { summary: "Change one's own name and settings", body: UpdateMe, response: { 200: Me } } },
      async (request) => updateMe(request.ctx, deps, request.body),
    );
    app.get(
      "/api/v1/roles",
      { ...signedIn, schema: { summary: "The permission table", response: { 200: RoleList } } },
      async () => ({ items: roleViews() }),
    );
  };
}
