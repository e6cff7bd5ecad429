import type { IngestAnswer } from "../../src/monitor/collect/contract.ts";
import { ApiProblem, urlOf } from "./client.ts";

export type { IngestAnswer };

type Upload = {
  readonly file: File;
  readonly unit: string;
  /** A repeated upload with the same key brings only what is missing. */
  readonly key: string;
  readonly onProgress: (share: number) => void;
};

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/\.(ndjson|jsonl)$/i, "application/x-ndjson"],
  [/\.json$/i, "application/json"],
];

/** Sends one log file, gzipped or not, as it is. XMLHttpRequest, because fetch does not tell how far an upload is. */
export function ingestFile({ file, unit, key, onProgress }: Upload): Promise<IngestAnswer> {
  const isGzip = /\.gz$/i.test(file.name);
  const name = file.name.replace(/\.gz$/i, "");
  const request = new XMLHttpRequest();
  request.open("POST", urlOf("/api/v1/ingest", { transport: "file", source: name.slice(-120), unit }));
  request.setRequestHeader("content-type", TYPES.find(([ending]) => ending.test(name))?.[1] ?? "text/plain");
  request.setRequestHeader("idempotency-key", key);
  if (isGzip) request.setRequestHeader("content-encoding", "gzip");
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiProblem({ status: 0, code: "network" }));
    request.onload = () => {
      const answer: unknown = JSON.parse(request.responseText || "null");
      if (request.status < 300) resolve(ingestAnswer(answer));
      else reject(new ApiProblem({ code: "bug", ...(answer as object), status: request.status }));
    };
    request.send(file);
  });
}

/** The server writes this answer through the schema that the type is inferred from. */
const ingestAnswer = (answer: unknown): IngestAnswer => answer as IngestAnswer;
