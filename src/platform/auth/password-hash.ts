import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { AppError } from "../../kernel/errors.ts";

/** scrypt parameters: memory is 128 * n * r bytes. */
export type HashCost = { readonly n: number; readonly r: number; readonly p: number };

/** OWASP Password Storage Cheat Sheet: N=2^15, r=8, p=3 is as strong as N=2^17, p=1 with a quarter of the memory. */
export const DEFAULT_COST: HashCost = { n: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;
/** At most this many hashes at once, so that a flood of sign-ins cannot take the memory or the thread pool. */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 32;

export type PasswordHasher = {
  /** `scrypt$n$r$p$salt$key`, salt and key in base64url. Errors: `over_limit` when too many are waiting. */
  hash(password: string): Promise<string>;
  /** False for a wrong password and for a stored text that is no hash of ours. */
  verify(stored: string, password: string): Promise<boolean>;
};

export function createPasswordHasher(cost: HashCost = DEFAULT_COST): PasswordHasher {
  const turn = createTurns();
  return {
    async hash(password) {
      const salt = randomBytes(16);
      const key = await turn(() => derive(password, salt, cost));
      return ["scrypt", cost.n, cost.r, cost.p, salt.toString("base64url"), key.toString("base64url")].join("$");
    },
    async verify(stored, password) {
      const parsed = parse(stored);
      if (!parsed) return false;
      const key = await turn(() => derive(password, parsed.salt, parsed.cost));
      return key.length === parsed.key.length && timingSafeEqual(key, parsed.key);
    },
  };
}

function derive(password: string, salt: Buffer, cost: HashCost): Promise<Buffer> {
  const { n, r, p } = cost;
  // NFKC, so that a password typed on another keyboard or system is the same one (NIST SP 800-63B §3.1.1.2).
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(password.normalize("NFKC"), salt, KEY_BYTES, { N: n, r, p, maxmem: 256 * n * r }, (error, key) =>
    error ? reject(error) : resolve(key),
  );
  return promise;
}

function parse(stored: string): { cost: HashCost; salt: Buffer; key: Buffer } | undefined {
  const [name, n, r, p, salt, key] = stored.split("$");
  if (name !== "scrypt" || !salt || !key) return undefined;
  const cost = { n: Number(n), r: Number(r), p: Number(p) };
  if (!Object.values(cost).every((value) => Number.isInteger(value) && value > 0)) return undefined;
  return { cost, salt: Buffer.from(salt, "base64url"), key: Buffer.from(key, "base64url") };
}

/** Runs work a few at a time, in order of arrival. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= MAX_AT_ONCE) {
      if (waiting.length >= MAX_WAITING) throw new AppError("over_limit", "Too many people are signing in. Try again.");
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
