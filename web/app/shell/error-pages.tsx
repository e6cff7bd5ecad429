import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isProblem } from "../../api/client.ts";
import { Empty } from "../../ui/empty.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Page } from "../../ui/page.tsx";
import { ProblemNote } from "../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../ui/skeletons.tsx";

export class ForbiddenError extends Error {}

/** While a page's code is on its way: its shape, not a spinner. */
export function PendingPage() {
  return (
    <div style={{ padding: "24px 32px" }}>
      <RowsSkeleton rows={12} />
    </div>
  );
}

export function NotFoundPage() {
  const { t } = useTranslation("shell");
  return (
    <Page title={t("error.notFound.title")}>
      <Empty title={t("error.notFound.what")} actions={<LinkButton to="/">{t("error.toHome")}</LinkButton>}>
        {t("error.notFound.advice")}
      </Empty>
    </Page>
  );
}

export function ForbiddenPage() {
  const { t } = useTranslation("shell");
  return (
    <Page title={t("error.forbidden.title")}>
      <Empty title={t("error.forbidden.what")} actions={<LinkButton to="/">{t("error.toHome")}</LinkButton>}>
        {t("error.forbidden.advice")}
      </Empty>
    </Page>
  );
}

/** The same where not even the frame could be drawn: when the server does not say who is signed in. */
export function BareCrashPage({ error }: { readonly error: unknown }) {
  return (
    <main>
      <CrashPage error={error} />
    </main>
  );
}

/** For what a page could not handle itself. A bug is named as one, with a way to go on. */
export function CrashPage({ error }: { readonly error: unknown }) {
  const { t } = useTranslation("shell");
  const router = useRouter();
  if (error instanceof ForbiddenError) return <ForbiddenPage />;
  return (
    <Page title={t("error.crash.title")}>
      <ProblemNote error={error} onRetry={() => void router.invalidate()} />
      {isProblem(error) || !(error instanceof Error) ? null : (
        <p>
          <code>{error.message}</code>
        </p>
      )}
    </Page>
  );
}
