import texts from "../../locales/problems.ja.json";
import { translator } from "./sentences.ts";

const { server, input, library, part } = texts;

/** What a server says is wrong, in Japanese; undefined when nobody has written that yet. */
export const inJapanese = translator({ sentences: { ...server, ...input, ...library }, words: { ...part, ...input } });
