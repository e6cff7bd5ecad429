import { explainFailure } from "./failures.ts";
import type { StateDb } from "./state.ts";

type Prepared = { execute(...values: readonly unknown[]): Promise<unknown> };
type Inside = { readonly session: { prepareQuery(...args: readonly unknown[]): Prepared } };

/**
 * Both drivers build the same queries; only the type of raw results differs, and both have `rows`. Drizzle wraps whatever a driver
 * throws, an expected failure too: it is taken out again, so that everyone sees `unavailable` for what it is.
 */
export function asStateDb(db: object): StateDb {
  const { session } = db as Inside;
  const prepareQuery = session.prepareQuery.bind(session);
  session.prepareQuery = (...args) => {
    const prepared = prepareQuery(...args);
    const execute = prepared.execute.bind(prepared);
    prepared.execute = async (...values) => {
      try {
        return await execute(...values);
      } catch (error) {
        throw explainFailure(error);
      }
    };
    return prepared;
  };
  return db as StateDb;
}
