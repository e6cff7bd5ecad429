import { ApiProblem, type QueryValues, read, urlOf } from "./client.ts";

export type Uploading = {
  /** Bytes that are on their way or there; all of them = the server is at work. */
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
};

/** Sends a file and tells how far it is: `fetch` cannot. Errors: as every request; an `AbortError` when it was stopped. */
export async function uploadFile<T>(
  path: string,
  query: QueryValues,
  file: Blob,
  { onProgress, signal }: Uploading,
): Promise<T> {
  const request = new XMLHttpRequest();
  const answered = new Promise<Response>((resolve, reject) => {
    request.upload.addEventListener("progress", ({ loaded }) => onProgress(loaded));
    request.addEventListener("load", () => resolve(new Response(request.responseText, { status: request.status })));
    request.addEventListener("error", () => reject(new ApiProblem({ status: 0, code: "network" })));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
  });
  const stop = () => request.abort();
  signal.addEventListener("abort", stop);
  request.open("POST", urlOf(path, query));
  request.setRequestHeader("accept", "application/json");
  request.setRequestHeader("content-type", "application/octet-stream");
  request.send(file);
  try {
    return await read<T>(await answered);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
