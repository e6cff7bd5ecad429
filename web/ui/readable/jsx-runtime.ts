/** React's own `jsx`, behind the gate for text. The compiler finds it by `jsxImportSource`. */
import { jsx as plain, jsxs as plainMany } from "react/jsx-runtime";
import { readableProps } from "./readable-props.ts";

export type { JSX } from "react";
export { Fragment } from "react";

export const jsx: typeof plain = (type, props, key) => plain(type, readableProps(props), key);
export const jsxs: typeof plainMany = (type, props, key) => plainMany(type, readableProps(props), key);
