import { randomUUID } from "node:crypto";
import * as v from "valibot";
import * as Account from "../account/account.ts";
import { failure, isFailure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { instant, mail, settings, table } from "../kernel/ports.ts";
import * as Limit from "../limit/limit.ts";
import { describe as describeNotice, mailStates } from "../notice/notice.ts";
import * as Code from "../session/code.ts";
import { Keys } from "../table/keys.ts";
import { all, equal, type Key, lacks, oneOf, present, update, when } from "../table/table.ts";
import { MailPostponed, MailRefused } from "./error.ts";
import { codeLetter, compose, createdLetter } from "./letter.ts";

// Shapes

/** A mail to send, named by the row that asks for it; what it says is read when it is sent. */
export const Job = v.variant("kind", [
  v.strictObject({ kind: v.literal("code"), flow: ID.schema("flow") }),
  v.strictObject({ kind: v.literal("notice"), account: ID.schema("account"), notice: ID.schema("notice") }),
]);
export type Job = v.InferOutput<typeof Job>;

/** What the provider says became of a mail. */
export const Fate = v.strictObject({
  fate: v.picklist(["delivered", "bounced", "complained", "rejected"]),
  /** A bounce that no repetition mends. */
  permanent: v.boolean(),
  recipients: v.array(v.string()),
  tags: v.record(v.string(), v.string()),
});

// Failures

export const failures = {
  claimed: failure("conflict", "mail.claimed", "Somebody is sending this mail, or has sent it."),
  gone: failure("gone", "mail.gone", "Nobody waits for this mail any more."),
};

// Functions

/** Sends one queued mail. A code may come twice after a crash, and is the same; a notice is never sent twice. */
export const deliver = fn(
  "mail.deliver",
  { input: Job, output: v.object({ outcome: v.string() }), failures: [Limit.failures.limited] },
  async (job) => ({ outcome: job.kind === "code" ? await deliverCode(job.flow) : await deliverNotice(job) }),
);

/** Takes in what the provider says of a mail: the notice shows it, and an address that bounced gets no more notices. */
export const record = fn(
  "mail.record",
  { input: Fate, output: v.void() },
  async ({ fate, permanent, recipients, tags }) => {
    const { account, notice } = tags;
    if (ID.is("account", account) && ID.is("notice", notice)) {
      const state = fate === "rejected" ? "failed" : fate;
      await settle(Keys.notice(account, notice), state);
    }
    const blocks = fate === "complained" || (fate === "bounced" && permanent);
    if (!blocks) return;
    for (const email of recipients) {
      await table.write(update(Keys.mailBlock(Account.addressOf(email)), { set: { [fate]: instant() } }));
    }
  },
);

async function deliverCode(flow: ID.ID<"flow">): Promise<string> {
  const row = await table.get(Keys.flow(flow));
  if (!row || String(row.expiresAt) <= instant()) return "expired";
  if (row.sentAt) return "sent already";
  await breaker({ kind: "code" });
  const [email, address] = [String(row.email), row.address as ID.ID<"address">];
  const code = Code.derive(flow, address);
  const url = `${settings().siteUrl}/sign-in#flow=${flow}&code=${code}`;
  try {
    await mail.send(compose(email, codeLetter(Code.pretty(code), url), { kind: "code" }));
  } catch (error) {
    if (error instanceof MailRefused) return "refused";
    throw error;
  }
  const open = when(all(present, lacks("sentAt")), failures.gone);
  await ignoring(failures.gone, table.write(update(Keys.flow(flow), { set: { sentAt: instant() } }, open)));
  return "sent";
}

async function deliverNotice({ account, notice }: Extract<Job, { kind: "notice" }>): Promise<string> {
  const key = Keys.notice(account, notice);
  const [row, profile] = await table.getMany([key, Keys.profile(account)]);
  if (!row || !profile) return "gone";
  if (row.mail !== "queued") return `${String(row.mail)} already`;
  const email = String(profile.email);
  if (await table.get(Keys.mailBlock(Account.addressOf(email)))) return move(key, "queued", "suppressed");
  await breaker({ kind: "notice" });
  const info = describeNotice(row);
  const url = `${settings().siteUrl}/organizations/${info.organization}`;
  const letter = compose(email, createdLetter(info.subject, String(profile.name), url), {
    kind: "notice",
    account,
    notice,
  });

  // claimed before it is sent: a crash from here on leaves it "sending", and nobody sends it again
  if ((await move(key, "queued", "sending")) !== "sending") return "claimed already";
  try {
    await mail.send(letter);
  } catch (error) {
    if (error instanceof MailPostponed) await move(key, "sending", "queued");
    if (error instanceof MailRefused) return move(key, "sending", "failed");
    throw error;
  }
  return move(key, "sending", "sent");
}

/**
 * One budget for the whole deployment, so that a flood of requests cannot become a flood of mail. Codes have their
 * own, which no notice can spend; windows are shorter than the queue's patience.
 */
const breaker = ({ kind }: Pick<Job, "kind">) =>
  Limit.take(`${kind}-mails`, "deployment", { quota: Math.ceil(settings().mailsPerHour / 12), windowSeconds: 300 });

async function move(key: Key, from: string, to: (typeof mailStates)[number]): Promise<string> {
  // a claim has a name of its own, so that after a lost answer nobody takes another's for theirs
  const claim = to === "sending" && { claim: randomUUID() };
  const step = update(key, { set: { mail: to, ...claim } }, when(equal("mail", from), failures.claimed));
  return (await ignoring(failures.claimed, table.write(step))) ? to : "claimed already";
}

/** Events come in any order: one that tells less than what is known changes nothing. */
async function settle(key: Key, state: (typeof mailStates)[number]) {
  const earlier = mailStates.slice(0, mailStates.indexOf(state));
  const step = update(key, { set: { mail: state } }, when(oneOf("mail", earlier), failures.claimed));
  await ignoring(failures.claimed, table.write(step));
}

async function ignoring(type: (typeof failures)[keyof typeof failures], write: Promise<void>): Promise<boolean> {
  return write.then(
    () => true,
    (error: unknown) => {
      if (isFailure(error, type)) return false;
      throw error;
    },
  );
}
