import { LANGUAGES } from "./texts.ts";

const SCHEMES = ["light", "dark"] as const;
/** Words differ by language alone and colours by scheme alone: walking each of both once finds what either spoils. */
const EACH_ONCE = [
  { language: "ja", scheme: "light" },
  { language: "en", scheme: "dark" },
] as const;

/** In what people use the app, for walks through it: `YAGURA_TEST_VARIANTS=all` has them take every combination. */
export const VARIANTS =
  process.env.YAGURA_TEST_VARIANTS === "all"
    ? LANGUAGES.flatMap((language) => SCHEMES.map((scheme) => ({ language, scheme })))
    : EACH_ONCE;
