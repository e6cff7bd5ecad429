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

/** Sends one file as it is: the server tells by its bytes what it is. XMLHttpRequest, because fetch does not tell how far an upload is. */
export function ingestFile({ file, unit, key, onProgress }: Upload): Promise<IngestAnswer> {
  const source = file.name.replace(/\.(gz|zst)$/i, "").slice(-120);
  const request = new XMLHttpRequest();
  request.open("POST", urlOf("/api/v1/ingest", { transport: "file", source, unit, file: file.name.slice(-255) }));
  request.setRequestHeader("content-type", "application/octet-stream");
  request.setRequestHeader("idempotency-key", key);
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
