import { useMutation } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { InvitationFrame } from "#features/invitation/frame.tsx";
import { read, v1 } from "#lib/api.ts";
import { toSentence } from "#lib/failure.ts";
import { useTitle } from "#lib/title.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { stoppedText } from "./text.ts";

type Unsubscribed = Awaited<ReturnType<typeof unsubscribe>>;

const unsubscribe = (link: string) => read(v1.unsubscribe[":link"].$post({ param: { link }, json: {} }));
const undo = (link: string, { changed, undo: token }: Unsubscribed) =>
  read(v1.unsubscribe[":link"].undo.$post({ param: { link }, json: { changed, undo: token } }));

/** The page of the link in an email that ends such emails. Only a button does: programs that scan email follow links. */
export function UnsubscribePage() {
  const link = useLocation({ select: (location) => location.hash });
  const stop = useMutation({ mutationFn: () => unsubscribe(link) });
  const start = useMutation({
    mutationFn: (done: Unsubscribed) => undo(link, done),
    onSuccess: () => stop.reset(),
  });
  useTitle("Unsubscribe");
  // the button that was pressed is gone then
  const heading = useRef<HTMLHeadingElement>(null);
  const isStopped = stop.data !== undefined;
  const wasStopped = useRef(isStopped);
  useEffect(() => {
    if (wasStopped.current !== isStopped) heading.current?.focus();
    wasStopped.current = isStopped;
  }, [isStopped]);
  const failed = stop.error ?? start.error;
  return (
    <InvitationFrame>
      <div aria-live="polite" className="grid gap-3">
        <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold outline-none">
          {link === "" ? "This link doesn’t work" : stop.data ? "These emails have stopped" : "Stop these emails?"}
        </h1>
        <p className="text-fg-2">{link === "" ? incomplete : stop.data ? stoppedText(stop.data) : question}</p>
        {start.isSuccess && !stop.data && <p className="text-sm text-fg-2">Undone: you get these emails again.</p>}
      </div>
      {failed && (
        <p role="alert" className="mt-4 text-sm text-danger-text">
          {toSentence(failed)}
        </p>
      )}
      <div className="mt-6 flex flex-wrap gap-3">
        {link !== "" && !stop.data && (
          <Button variant="primary" isBusy={stop.isPending} onClick={() => stop.mutate()}>
            Stop these emails
          </Button>
        )}
        {stop.data && stop.data.changed.length > 0 && (
          <Button isBusy={start.isPending} onClick={() => start.mutate(stop.data)}>
            Undo
          </Button>
        )}
        <a href="/account/notifications" className={buttonClass({})}>
          Notification preferences
        </a>
      </div>
    </InvitationFrame>
  );
}

const incomplete = "It may be incomplete. Open it from the email again, or sign in to change your emails.";
const question =
  "What they tell you stays in the product. Emails about your access, your role, payment, and API keys still arrive.";
