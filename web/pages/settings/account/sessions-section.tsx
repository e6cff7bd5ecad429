import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { currentSessionQuery, revokeOtherSessions, revokeSession, sessionsQuery } from "../../../api/session.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./account.module.css";

export function SessionsSection() {
  const { t } = useTranslation("profile");
  const { data, error, refetch } = useQuery(sessionsQuery);
  const { data: current } = useQuery(currentSessionQuery);
  const queryClient = useQueryClient();
  const onSuccess = () => {
    void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    toastDone(t("sessionEnded"));
  };
  const end = useMutation({ mutationFn: revokeSession, onSuccess });
  const endOthers = useMutation({ mutationFn: revokeOtherSessions, onSuccess });
  const failure = end.error ?? endOthers.error;
  return (
    <Section title={t("sessions")}>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {failure ? <ProblemNote error={failure} /> : null}
      {!data && !error ? <RowsSkeleton rows={3} /> : null}
      <ul className={classes.sessions}>
        {data?.map((session) => (
          <li key={session.id}>
            <div>
              <strong>{deviceOf(session.userAgent) ?? t("unknownDevice")}</strong>
              {session.id === current?.session.id ? <span className={classes.here}>{t("thisDevice")}</span> : null}
              <p className={classes.small}>
                {session.ipAddress} · {t("since")} <Instant at={session.createdAt} />
              </p>
            </div>
            {session.id === current?.session.id ? null : (
              <Button size="compact-sm" variant="default" onClick={() => end.mutate(session.token)}>
                {t("endSession")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {(data?.length ?? 0) > 1 ? (
        <div>
          <Button size="xs" variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t("endOthers")}
          </Button>
        </div>
      ) : null}
    </Section>
  );
}

/** `Chrome · Windows`: enough to recognize one's own devices. */
function deviceOf(userAgent: string | null | undefined): string | undefined {
  if (!userAgent) return undefined;
  const browser = [/Edg\//, /Firefox\//, /Chrome\//, /Safari\//].findIndex((pattern) => pattern.test(userAgent));
  const system = [/iPhone|iPad/, /Android/, /Windows/, /Mac OS/, /Linux/].findIndex((pattern) =>
    pattern.test(userAgent),
  );
  const names = [
    ["Edge", "Firefox", "Chrome", "Safari"][browser],
    ["iOS", "Android", "Windows", "macOS", "Linux"][system],
  ];
  return names.filter(Boolean).join(" · ") || undefined;
}
