import { prepareTestState } from "../../src/platform/state/testing.ts";

/** Once a run, before any test file: what would otherwise cost the first of them seconds of CPU inside a timed hook. */
export const setup = prepareTestState;
