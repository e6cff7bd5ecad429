/** As `jsx-runtime.ts`, for the development server. */
import { jsxDEV as plain } from "react/jsx-dev-runtime";
import { readableProps } from "./readable-props.ts";

export type { JSX } from "react";
export { Fragment } from "react";

export const jsxDEV: typeof plain = (type, props, ...rest) => plain(type, readableProps(props), ...rest);
