/**
 * The secret of a one-time link: `#token=…`, which never reaches a server's log, or `?token=…`.
 * Read once, when the app starts on the link, and taken out of the address bar and the history.
 */
let secret: string | undefined;

export function takeSecret(): string {
  if (secret !== undefined) return secret;
  const fragment = new URLSearchParams(window.location.hash.replace(/^#/, ""));
  secret = fragment.get("token") ?? new URLSearchParams(window.location.search).get("token") ?? "";
  if (secret !== "") window.history.replaceState(window.history.state, "", window.location.pathname);
  return secret;
}
