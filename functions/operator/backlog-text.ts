import { minuteMs } from "@muster/core/base/duration.ts";
import { now } from "@muster/core/kernel/ports.ts";
import type * as Backlog from "@muster/core/mail/backlog.ts";
import type { Kind } from "@muster/core/mail/backlog-note.ts";
import { lined } from "./text.ts";

type Numbers = Backlog.Info["kinds"][number];

const names: Record<Kind, string> = {
  code: "Codes",
  invitation: "Invitations",
  reminder: "Reminders",
  import: "Imports",
  notification: "Notifications",
  digest: "Digests",
  billing: "Billing",
};
const statuses = { queued: "waiting", unconfirmed: "not confirmed", failed: "failed" } as const;

/** The emails that have not left, in words: a line for each kind that has some. */
export function textOfBacklog({ kinds, isComplete, refusals }: Backlog.Info): string {
  const some = kinds.flatMap((numbers) => {
    const text = textOf(numbers);
    return text === "" ? [] : [[names[numbers.kind], text] as const];
  });
  return [
    some.length > 0 ? lined(Object.fromEntries(some)) : "No email waits for SES, is not confirmed, or has failed.",
    ...(isComplete ? [] : ["There are more: not all were looked at."]),
    ...(refusals ? [`SES refused emails from ${refusals.since} to ${refusals.at} (${ageOf(refusals.at)} ago).`] : []),
  ].join("\n");
}

function textOf(numbers: Numbers): string {
  const names = Object.keys(statuses) as (keyof typeof statuses)[];
  return names
    .filter((name) => numbers[name].count > 0)
    .map((name) => {
      const { count, since } = numbers[name];
      const oldest = since === undefined ? "" : ` since ${since} (${ageOf(since)})`;
      return `${count} ${statuses[name]}${oldest}`;
    })
    .join("; ");
}

/** "72 min": rounded down. */
function ageOf(at: string): string {
  const minutes = Math.max(0, Math.floor((now().getTime() - Date.parse(at)) / minuteMs));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
