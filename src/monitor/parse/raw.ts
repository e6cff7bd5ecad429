import { clip, MAX_MESSAGE_CHARS } from "./bounds.ts";
import { bounded, classify, note, type Reading, setField } from "./reading.ts";

/** Plain text: the message is the line, and answers "what". Told as a problem unless the source is pinned to it. */
export function readRaw(event: Reading, text: string, isPinned: boolean): void {
  if (!isPinned) note(event, "unrecognized");
  const { hot } = event;
  classify(hot, "raw", { product: "", category: "", service: "" });
  hot.message = clip(text, MAX_MESSAGE_CHARS);
  setField(event, "message", text);
  hot.what = bounded(hot.message);
}
