export { createMailer, type Mailer, type MailSettings } from "./channel/mail.ts";
export { ensureDefaults } from "./defaults.ts";
export type { NotifyDeps } from "./deps.ts";
export { createNotifier, type Notifier, type NotifierFigures, runNotifier } from "./notifier.ts";
export { notifyRoutes } from "./routes.ts";
