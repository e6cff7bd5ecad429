import { z } from "zod";
import { Locale } from "../access/contract.ts";
import { Email, Password } from "../person/contract.ts";
import { OneLine } from "../unit/contract.ts";

/** POST /api/v1/setup: the first administrator, by the one-time link `/setup#token=…`. Signs in (sets the cookie). */
export const Setup = z.strictObject({
  token: z.string().min(20).max(200),
  name: OneLine,
  email: Email,
  password: Password,
  organizationName: OneLine,
  locale: Locale.default("ja"),
});
export type Setup = z.infer<typeof Setup>;
export const SetupDone = z.object({ personId: z.string(), unitId: z.string() });

/** POST /api/v1/setup/check: tells whether the link still works, without using it. */
export const CheckSetup = z.strictObject({ token: z.string().min(20).max(200) });
export const SetupState = z.object({ isValid: z.boolean() });
