import type { Viewer } from "./browser.ts";
import type { YaguraProcess } from "./yagura-process.ts";

export const ADMINISTRATOR = {
  name: "山田 花子",
  email: "hanako@example.jp",
  password: "静かな櫓から夜の町を見張る",
  organizationName: "櫓商事株式会社",
};

/** Creates the first administrator by the link that the start printed; the viewer's browser is then signed in. */
export async function becomeAdministrator(viewer: Viewer, yagura: YaguraProcess): Promise<void> {
  const token = new URL(yagura.setupLink ?? "").hash.replace("#token=", "");
  await sendAs(viewer, yagura, "/api/v1/setup", { ...ADMINISTRATOR, token });
}

/** A write by the person who is signed in there. */
export async function sendAs<T>(viewer: Viewer, yagura: YaguraProcess, path: string, data: object): Promise<T> {
  const answer = await viewer.page.request.post(yagura.url + path, { data, headers: { origin: yagura.url } });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return (await answer.json()) as T;
}

export async function readAs<T>(viewer: Viewer, yagura: YaguraProcess, path: string): Promise<T> {
  const answer = await viewer.page.request.get(yagura.url + path);
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return (await answer.json()) as T;
}
