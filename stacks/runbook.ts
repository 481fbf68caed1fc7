// What each alarm means and what to do about it: the alarm's description says it, and the table of docs/operating.md.

/** Both are sentences in Markdown. `<function>`, `<consumer>`, and `<queue>` stand for one of each. */
export type Entry = { alarm: string; meaning: string; action: string };

export const runbook: readonly Entry[] = [
  {
    alarm: "<function>-faults",
    meaning: "A function failed",
    action: "Read its log, fix the cause",
  },
  {
    alarm: "<function>-throttles",
    meaning: "Lambda refused to start it",
    action: "Raise the account's concurrency (Service Quotas)",
  },
  {
    alarm: "clock-stopped",
    meaning:
      "The clock was not started for half an hour, whatever the reason: also goes off where nothing is measured, so for " +
      "some minutes after the first deployment",
    action:
      "`aws scheduler get-schedule --name <stage>-muster-sweep`: it must be `ENABLED`, and its role must be allowed to " +
      "invoke `clock`. Nothing is lost: once it runs, the next ticks make up for the missed ones",
  },
  {
    alarm: "parts-stopped",
    meaning:
      "A job of the clock has not run for two of its intervals and 20 minutes, or a heartbeat of the clock has not come " +
      "through the stream to `follow` or `view` for half an hour, although nothing failed",
    action:
      "The log line `A part of the deployment has stopped.` of `clock` names it, and since when. For `hour.…` and " +
      "`day.…` look at the schedule of that name, as for `clock-stopped`. For `follow` and `view`: " +
      "`aws lambda list-event-source-mappings --function-name <stage>-muster-follow:live`; its state must be `Enabled`. The " +
      "stream keeps changes for a day; what is older is made up for by the job `sweep`, or, of `view`, by " +
      "[counting members anew](#counting-members-anew)",
  },
  {
    alarm: "<consumer>-lag",
    meaning: "`follow` or `view` reads the stream more than 10 minutes late",
    action: "Read the consumer's log",
  },
  {
    alarm: "<consumer>deadletters",
    meaning: "A message could not be processed",
    action: "See [dead letters](deploying.md#dead-letters)",
  },
  {
    alarm: "<queue>-wait",
    meaning: "The oldest message is 15 minutes old (codes: 5)",
    action: "Read the consumer's log, and SES's and Stripe's status",
  },
  {
    alarm: "bulk-stopped",
    meaning: "Emails of imports wait on their queue, and `bulk` has taken none for half an hour",
    action:
      "`aws lambda list-event-source-mappings --function-name <stage>-muster-bulk:live`: its state must be `Enabled`. Nothing " +
      "is lost: messages wait for 14 days",
  },
  {
    alarm: "codes-postponed",
    meaning: "Sign-in codes wait for the hourly budget or for SES",
    action: "Read the log of `mail`; raise `mailPerHour` if the traffic is real",
  },
  {
    alarm: "emails-not-accepted",
    meaning: "SES did not accept a fifth of the emails of five minutes: it is down, throttles, or does not answer",
    action:
      "[When SES is down](emails.md#when-ses-is-down). Nothing is lost; look at SES's status and at the log lines " +
      "`An email was not accepted.` of `mail` and `bulk`",
  },
  ...[
    { kind: "code", meaning: "A code has waited for 2 minutes" },
    { kind: "email", meaning: "An email that is neither a code nor of an import has waited for an hour" },
    { kind: "import-email", meaning: "An email of an import has waited for an hour" },
  ].map(({ kind, meaning }) => ({
    alarm: `oldest-${kind}`,
    meaning: `${meaning} for SES: it is down, throttles, has no room or no quota left, or has not reported whether it took it`,
    action: "Read the log lines `A mail waits.` of `mail` and `bulk`: they say why, and since when",
  })),
  {
    alarm: "emails-paused",
    meaning: "Too many invitation emails of an organization bounced or were reported as spam, so they are paused",
    action: "[Paused emails](#paused-emails)",
  },
  {
    alarm: "mail-quota",
    meaning: "Import emails wait for SES's daily limit",
    action: "[Emails of imports](#emails-of-imports)",
  },
  {
    alarm: "digests-repeated",
    meaning:
      "A clock is 15 minutes ahead or more, and stays so. Each look for due digests then repeats those of a week, every " +
      "five minutes. No digest is lost or sent twice, but the table is read for nothing",
    action: "Find the runs of the job `digests` in the log of `clock` that have a wrong time, and contact AWS Support",
  },
  {
    alarm: "mail-bounces",
    meaning: "4 % of all emails bounce. SES reviews accounts at 5 %",
    action: "Find the organization that sends them; `suspend` it if needed",
  },
  {
    alarm: "mail-complaints",
    meaning: "0.08 % of all emails are reported as spam. SES reviews accounts at 0.1 %",
    action: "Find the organization that sends them; `suspend` it if needed",
  },
  { alarm: "gateway-faults", meaning: "The API returned 5xx", action: "Read the log of `api`" },
  {
    alarm: "unreadable-rows",
    meaning: "A stored row cannot be read whole, usually after a rollback",
    action: "[Rows of another release](#rows-of-another-release)",
  },
  {
    alarm: "payments-stopped",
    meaning: "More would change than is likely, so all billing sweeps have stopped",
    action: "Run `attention` and `report`, find the one cause, then `reset-breaker`: [Payments](#payments)",
  },
  {
    alarm: "stripe-unusable",
    meaning: "Plans are sold, and there is no usable Stripe key: billing returns 503, nothing else is affected",
    action: "The log of `clock` says which part of the secret is wrong: [Payments](#payments)",
  },
  {
    alarm: "payments-stuck",
    meaning: "An organization could not be reconciled with Stripe for an hour",
    action: "`attention` lists which. If all are listed, check Stripe's status and the key: [Payments](#payments)",
  },
  {
    alarm: "payments-attention",
    meaning: "Stripe and Muster differ where Muster cannot fix it without you",
    action: "`attention` and `report` say why, each reason by itself: [Payments](#payments)",
  },
  {
    alarm: "webhooks-refused",
    meaning: "Many webhooks have a wrong signature. Anyone can send those",
    action: "If it lasts, Stripe signs with a secret that Muster does not have: [Payments](#payments)",
  },
];

/** The most that CloudWatch takes. */
const maxCharacters = 1024;

/** Returns the description of an alarm. @throws Error if the runbook says nothing of it */
export function describeAlarm(name: string, stage: string): string {
  const entry = entryOf(name);
  // threat: an alarm goes off, and nobody knows what to do
  if (!entry) throw new Error(`The alarm "${name}" is not in stacks/runbook.ts.`);
  const text = `${entry.meaning}. ${entry.action}. See docs/operating.md.`;
  return plain(text).replaceAll("<stage>", stage).slice(0, maxCharacters);
}

/** Returns what the runbook says of an alarm: of its own name first. */
export const entryOf = (name: string): Entry | undefined =>
  runbook.find(({ alarm }) => alarm === name) ??
  runbook.find(({ alarm }) => new RegExp(`^${alarm.replace(/<\w+>/, "\\w+")}$`).test(name));

/** Returns the runbook as a table in Markdown. */
export const runbookTable = (): string =>
  ["| Name | Meaning | What to do |", "|---|---|---|"]
    .concat(runbook.map(({ alarm, meaning, action }) => `| \`${alarm}\` | ${meaning} | ${action} |`))
    .join("\n");

const plain = (markdown: string): string => markdown.replace(/\[([^\]]+)\]\([^)]*\)/g, "$1").replaceAll("`", "");
