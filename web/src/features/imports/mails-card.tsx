import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { PausedEmails, ResendButton } from "#features/invitations/emails.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { type Import, importQuery, pauseMails, putImport, resendMails, resumeMails } from "#lib/imports.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Time } from "#ui/time.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { mailProblems } from "./progress.ts";

type Props = { organization: Organization; found: Import };
type NoteProps = Pick<Import, "mails"> & { now: number };

/** Shows the number of emailed invitations. Email is sent at its own rate, and continues when the rows are done. */
export function MailsCard({ organization, found, now }: Props & { now: number }) {
  const format = useFormat();
  const { mails } = found;
  if (mails.state === "none") {
    return null;
  }
  const all = mails.sent + mails.left;
  const isOpen = mails.left > 0;
  return (
    <Section
      title="Emails"
      action={isOpen && !organization.mailsPaused && <PauseButton organization={organization} found={found} />}
    >
      <div className="grid gap-3 px-5 pb-5">
        <p className="tabular">
          <span className="text-2xl font-semibold">{format.number(mails.sent)}</span>{" "}
          <span className="text-fg-2">of {format.number(all)} sent</span>
        </p>
        <progress
          aria-label="Emails sent"
          value={mails.sent}
          max={Math.max(1, all)}
          className="bulk-progress h-2 w-full"
        />
        {organization.mailsPaused && isOpen ? (
          <PausedEmails organization={organization} />
        ) : (
          <Note mails={mails} now={now} />
        )}
        <Problems mails={mails} />
        <ResendButtons organization={organization} found={found} />
      </div>
    </Section>
  );
}

function Note({ mails, now }: NoteProps) {
  const format = useFormat();
  return <p className="text-sm text-fg-3">{noteOn()}</p>;

  function noteOn() {
    switch (mails.state) {
      case "paused":
        return "Paused: no emails are sent until someone resumes them.";
      case "stalled":
        return "Emails may have stopped: none has left for 30 minutes, although some wait. You can queue them again.";
      case "waiting":
        return mails.waitsUntil
          ? `The email account has reached its daily limit. Sending continues ${format.relative(mails.waitsUntil, now)}.`
          : "The email account has reached its daily limit. Sending continues automatically.";
      case "done":
        return mailProblems(mails).length === 0
          ? "All were sent."
          : "All were sent, except those that can’t be delivered.";
      case "none":
      case "sending":
        if (mails.waitsSince) {
          const tried = format.relative(mails.waitsSince, now);
          return `The email provider accepts no emails now; the first was tried ${tried}. They are sent as soon as it does.`;
        }
        return mails.rate
          ? `${format.number(Math.round(mails.rate))} per second, as fast as the email account allows.${leftText(mails)}`
          : "They are sent one after the other, as fast as the email account allows.";
    }
  }
}

function leftText({ secondsLeft }: Import["mails"]) {
  if (secondsLeft === undefined) {
    return "";
  }
  const minutes = Math.ceil(secondsLeft / 60);
  return minutes < 120 ? ` About ${minutes} min left.` : ` About ${Math.round(minutes / 60)} hours left.`;
}

/** The reasons of those that did not arrive or were not sent. */
function Problems({ mails }: Pick<Import, "mails">) {
  const format = useFormat();
  const problems = mailProblems(mails);
  if (problems.length === 0) {
    return null;
  }
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 border-t border-line pt-3 text-sm">
      {problems.map(({ words, count, since }) => (
        <div key={words} className="contents">
          <dt className="text-fg-2">
            {words}
            {since !== undefined && (
              <>
                {", first "}
                <Time at={since} className="text-fg-3" />
              </>
            )}
          </dt>
          <dd className="tabular text-right">{format.number(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Sends those again whose email did not leave. */
function ResendButtons({ organization, found: { id, mails } }: Props) {
  const queryClient = useQueryClient();
  const undelivered = (["failed", "unconfirmed"] as const).filter((mail) => mails[mail] > 0);
  if (undelivered.length === 0) {
    return null;
  }
  return (
    <div className="flex flex-wrap gap-2">
      {undelivered.map((mail) => (
        <ResendButton
          key={mail}
          organization={organization}
          mail={mail}
          count={mails[mail]}
          send={(cursor) => resendMails(organization.id, id, mail, cursor)}
          onDone={() => void queryClient.invalidateQueries({ queryKey: importQuery(organization.id, id).queryKey })}
        />
      ))}
    </div>
  );
}

function PauseButton({ organization, found }: Props) {
  const organizationId = organization.id;
  const queryClient = useQueryClient();
  const { state } = found.mails;
  const isPaused = state === "paused";
  const isResuming = isPaused || state === "stalled";
  const change = useMutation({
    mutationFn: () => (isResuming ? resumeMails : pauseMails)(organizationId, found.id),
    onSuccess: (answer) => {
      putImport(queryClient, organizationId, answer);
      toast(isResuming ? "Sending continues" : "Sending is paused", {
        description: isResuming
          ? "Emails are sent as fast as the email account allows."
          : "Emails that are being sent right now still go out.",
      });
    },
    onError: (error) => {
      if (!(error instanceof ApiError && error.code === "import.changed")) {
        toastFailure("Nothing was changed", error);
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: importQuery(organizationId, found.id).queryKey }),
  });
  return (
    <Button
      blocked={whyBlocked(organization, isResuming ? "import.resumeMails" : "import.pauseMails")}
      isBusy={change.isPending}
      onClick={() => change.mutate()}
    >
      {isResuming ? <Play /> : <Pause />}
      {isPaused ? "Resume emails" : isResuming ? "Queue again" : "Pause emails"}
    </Button>
  );
}
