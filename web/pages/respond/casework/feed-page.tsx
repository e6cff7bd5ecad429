import { Button, Textarea } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { feedQuery, postMessage } from "../../../api/casework.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { newKey } from "../../../api/new-key.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import classes from "./casework.module.css";
import { FeedLine } from "./feed-line.tsx";
import { Similar } from "./similar.tsx";

export function FeedPage() {
  return <IncidentFrame>{(incident, mayWrite) => <WarRoom incident={incident} mayWrite={mayWrite} />}</IncidentFrame>;
}

type RoomProps = { readonly incident: IncidentDetail; readonly mayWrite: boolean };

function WarRoom({ incident, mayWrite }: RoomProps) {
  const { t } = useTranslation("casework");
  const id = keyOf(incident);
  return (
    <div className={classes.columns}>
      <Section title={t("feed.title")}>
        {mayWrite ? <MessageForm id={id} /> : null}
        <Feed id={id} />
      </Section>
      <Section title={t("similar.title")}>
        <Similar id={id} />
      </Section>
    </div>
  );
}

function Feed({ id }: { readonly id: string }) {
  const { t } = useTranslation("casework");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(feedQuery(id));
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={6} />;
  return (
    <>
      <ol className={classes.list} aria-label={t("feed.title")}>
        {data.pages
          .flatMap(({ items }) => items)
          .map((item) => (
            <li key={item.id}>
              <FeedLine item={item} />
            </li>
          ))}
      </ol>
      {hasNextPage ? (
        <div>
          <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("feed.more")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

/** What was typed stays until it is stored; sent again after a lost answer it is the same message. */
function MessageForm({ id }: { readonly id: string }) {
  const { t } = useTranslation("casework");
  const queryClient = useQueryClient();
  const [text, setText] = useState("");
  const [key, setKey] = useState(newKey);
  const post = useMutation({
    mutationFn: () => postMessage(id, { key, text: text.trim() }),
    onSuccess: async () => {
      setText("");
      setKey(newKey());
      await queryClient.invalidateQueries({ queryKey: feedQuery(id).queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") post.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <Textarea
        aria-label={t("feed.message")}
        placeholder={t("feed.message")}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={4000}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          // Another text is another message: under the old key the former one would answer for it.
          if (post.error) setKey(newKey());
        }}
      />
      {post.error ? <ProblemNote error={post.error} /> : null}
      <div>
        <Button type="submit" size="xs" loading={post.isPending} disabled={text.trim() === ""}>
          {t("feed.send")}
        </Button>
      </div>
    </form>
  );
}
