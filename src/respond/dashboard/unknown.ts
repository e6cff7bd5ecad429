import { AppError } from "../../kernel/errors.ts";

/** null when an engine is away: said as "not known", never as 0. Anything else that fails, fails. */
export async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code !== "invalid") return null;
    throw error;
  }
}
