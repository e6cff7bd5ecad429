export const withoutDot = (name: string): string => name.replace(/\.$/, "");
/** The name without its domain: the same machine is `ws5` in one log and `ws5.corp.example` in another. */
export const shortHost = (name: string): string => withoutDot(name).split(".")[0] ?? "";
/** `corp\taro` and `taro@corp.example` are one. */
export const bareAccount = (name: string): string =>
  (name.slice(name.lastIndexOf("\\") + 1).split("@")[0] ?? "").trim();
