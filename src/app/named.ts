import { AppError } from "../kernel/errors.ts";

/** A port that is switched on, and how it is opened. */
export type Port<T> = { readonly name: string; readonly host: string; readonly port: number; open(): Promise<T> };

/** Names what could not be opened: a port in use is the most common reason that a start fails. */
export async function named<T>(what: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      "conflict",
      `${what} cannot be opened: ${reason}. Choose another port in yagura.yaml.`,
      {},
      cause,
    );
  }
}
