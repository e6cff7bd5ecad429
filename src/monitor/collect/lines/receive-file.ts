import type { Encoding } from "../../../kernel/encoding/index.ts";
import { AppError } from "../../../kernel/errors.ts";
import { type FileProblem, type IngestAnswer, MAX_NAMED_REJECTIONS } from "../contract.ts";
import { type BodyKind, type Delivery, emptyAnswer, receiveEvents, type SoFar } from "./receive.ts";

/** One log of a file; `member` is its name in an archive. */
export type FilePart = {
  readonly kind: BodyKind;
  readonly bytes: AsyncIterable<Buffer>;
  readonly encoding: Encoding | undefined;
  readonly member?: string;
};

export type FileAsked = {
  readonly name: string;
  /** Whose it is: no unit may take all places. */
  readonly unitId: string;
  /** Undefined = as the bytes tell. */
  readonly pinned: Encoding | undefined;
  readonly onProblem: (problem: FileProblem) => void;
};

/** Tells what a file is by its bytes and gives the logs in it. Errors: `too_large`, `invalid`, `unavailable`. */
export type OpenFile = (bytes: AsyncIterable<Buffer>, asked: FileAsked) => AsyncIterable<FilePart>;

type FileDelivery = Omit<Delivery, "kind" | "soFar" | "part"> & { readonly name: string; readonly openFile: OpenFile };

/**
 * Streams the events of a whole file into the intake. A file of an archive that breaks off costs its own rest alone; a file by itself
 * that does is an error. Errors: those of `receiveEvents` and of `OpenFile`, with the answer so far as detail.
 */
export async function receiveFile(body: AsyncIterable<Buffer>, delivery: FileDelivery): Promise<IngestAnswer> {
  const { name, openFile, origin } = delivery;
  const problems: FileProblem[] = [];
  const answer: IngestAnswer & { problemCount: number } = { ...emptyAnswer(), problems, problemCount: 0 };
  const onProblem = (problem: FileProblem): void => {
    answer.problemCount += 1;
    if (problems.length < MAX_NAMED_REJECTIONS) problems.push(problem);
  };
  const soFar: SoFar = { answer, position: 0 };
  try {
    for await (const part of openFile(body, { name, unitId: origin.unitId ?? "", pinned: origin.encoding, onProblem }))
      await receivePart(part, { ...delivery, soFar, onProblem });
    return answer;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, { ...answer }, error);
  }
}

type PartDelivery = Omit<FileDelivery, "name" | "openFile"> & {
  readonly soFar: SoFar;
  readonly onProblem: (problem: FileProblem) => void;
};

async function receivePart(
  { kind, bytes, encoding, member }: FilePart,
  { soFar, onProblem, origin: { encoding: _, ...origin }, ...delivery }: PartDelivery,
): Promise<void> {
  try {
    await receiveEvents(bytes, {
      ...delivery,
      kind,
      origin: { ...origin, ...(encoding !== undefined && { encoding }) },
      soFar,
      ...(member !== undefined && { part: member }),
    });
  } catch (error) {
    if (member === undefined || !(error instanceof AppError) || error.code !== "invalid") throw error;
    onProblem({ file: member, code: "damaged", detail: reasonOf(error) });
  }
}

const reasonOf = ({ cause, message }: AppError): string => (cause instanceof AppError ? cause.message : message);
