import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";

/** Older ones miscalculate the signature of a key with a plus sign. */
const IS_THERE = `
import sys, boto3, moto, moto.server
sys.exit(tuple(int(part) for part in moto.__version__.split(".")[:3]) < (5, 2, 5))`;

/** `pip install 'moto[server]==5.2.5'` (Apache-2.0), or newer, in the environment whose python3 is in PATH. */
export const hasObjectStorage = spawnSync("python3", ["-c", IS_THERE]).status === 0;

const Ready = z.object({ url: z.string(), bucket: z.string(), accessKeyId: z.string(), secretAccessKey: z.string() });

export type ObjectStorage = z.infer<typeof Ready> & {
  put(key: string, content: string | Buffer): Promise<void>;
  keys(): Promise<string[]>;
  stop(): void;
};

/** Moto checks the signatures of what is asked of it by botocore's own calculation. */
export async function startObjectStorage(): Promise<ObjectStorage> {
  const child = spawn("python3", [new URL("serve.py", import.meta.url).pathname], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the S3 server ended");
    return JSON.parse(value);
  };
  const ready = Ready.parse(await next());
  const ask = (request: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return next();
  };
  return {
    ...ready,
    put: async (key, content) => void (await ask({ put: key, base64: Buffer.from(content).toString("base64") })),
    keys: async () => z.object({ keys: z.array(z.string()) }).parse(await ask({ list: true })).keys,
    stop: () => void child.kill(),
  };
}
