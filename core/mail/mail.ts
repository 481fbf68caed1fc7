import * as v from "valibot";
import * as Account from "../account/account.ts";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { instant, mail, settings, table } from "../kernel/ports.ts";
import * as Limit from "../limit/limit.ts";
import { describe as describeNotice } from "../notice/list.ts";
import * as Code from "../session/code.ts";
import { Keys } from "../table/keys.ts";
import { all, lacks, present, update, when } from "../table/table.ts";
import { compose } from "./content.ts";
import { MailPostponed, MailRefused } from "./error.ts";
import * as Invite from "./invite.ts";
import { codeLetter, proofLetter } from "./letter.ts";
import * as Mailing from "./mailing.ts";
import { noticeLetter } from "./notice-letter.ts";
import * as Pace from "./pace.ts";
import { giveUp, post, type Slip, settle } from "./post.ts";

// Shapes

/** A mail to send, named by the row that asks for it; what it says is read when it is sent. */
export const Job = v.variant("kind", [
  v.strictObject({ kind: v.literal("code"), flow: ID.schema("flow") }),
  v.strictObject({ kind: v.literal("notice"), account: ID.schema("account"), notice: ID.schema("notice") }),
  ...Invite.Job.options,
]);
export type Job = v.InferOutput<typeof Job>;
type Of<K extends Job["kind"]> = Extract<Job, { kind: K }>;

/** What the provider says became of a mail. */
export const Fate = v.strictObject({
  fate: v.picklist(["delivered", "bounced", "complained", "rejected"]),
  /** A bounce that no repetition mends. */
  permanent: v.boolean(),
  recipients: v.array(v.string()),
  tags: v.record(v.string(), v.string()),
});

// Failures

export const failures = { gone: failure("gone", "mail.gone", "Nobody waits for this mail any more.") };

// Functions

/**
 * Sends one queued mail. A code may come twice after a crash, and is the same; nothing else is ever sent twice.
 * @throws MailPostponed when it is to be tried again later, MailUnsure when nobody knows whether it was sent
 */
export const deliver = fn("mail.deliver", { input: Job, output: v.object({ outcome: v.string() }) }, async (job) => ({
  outcome: await deliverOne(job),
}));

/** Takes in what the provider says of a mail: its row shows it, and an address that bounced gets no more mail but codes. */
export const record = fn(
  "mail.record",
  { input: Fate, output: v.void() },
  async ({ fate, permanent, recipients, tags }) => {
    const slip = slipOf(tags);
    if (slip && tags.delivery) await settle(slip, tags.delivery, fate === "rejected" ? "failed" : fate);
    const mailing = Mailing.named(tags);
    if (slip && mailing) await Mailing.stir(mailing);
    const blocks = fate === "complained" || (fate === "bounced" && permanent);
    if (!blocks) return;
    for (const email of recipients) {
      await table.write(update(Keys.mailBlock(Account.addressOf(email)), { set: { [fate]: instant() } }));
    }
  },
);

function deliverOne(job: Job): Promise<string> {
  switch (job.kind) {
    case "code":
      return deliverCode(job.flow);
    case "notice":
      return deliverNotice(job);
    case "invitation":
    case "reminder":
      return deliverInvitation(job);
  }
}

async function deliverCode(flow: ID.ID<"flow">): Promise<string> {
  const row = await table.get(Keys.flow(flow));
  if (!row || row.expiresAt <= instant()) return "expired";
  if (row.sentAt) return "sent already";
  await breaker("code");
  const [email, address] = [row.email, row.address];
  const code = Code.derive(flow, address);
  const url = `${settings().siteUrl}/sign-in#flow=${flow}&code=${code}`;
  const isProof = row.purpose === "proof";
  const content = isProof ? proofLetter(Code.pretty(code)) : codeLetter(Code.pretty(code), url);
  const letter = compose(email, content, { kind: "code" });
  try {
    await Pace.within("codes", (turn) => mail.send(letter, turn));
  } catch (error) {
    if (error instanceof MailRefused) return "refused";
    if (error instanceof MailPostponed && error.lack === "rate") await Pace.slow();
    throw error;
  }
  const open = when(all(present, lacks("sentAt")), failures.gone);
  await table.write(update(Keys.flow(flow), { set: { sentAt: instant() } }, open)).catch((error: unknown) => {
    if (!isFailure(error, failures.gone)) throw error;
  });
  return "sent";
}

async function deliverNotice({ kind, account, notice }: Of<"notice">): Promise<string> {
  const slip = noticeSlip(account, notice);
  const [row, profile] = await table.getMany([Keys.notice(account, notice), Keys.profile(account)]);
  if (!row || !profile) return "gone";
  if (row.mail !== "queued") return `${row.mail} already`;
  const email = profile.email;
  if (Invite.isBlocked(await table.get(Keys.mailBlock(Account.addressOf(email)))))
    return giveUp(slip, "suppressed", present);
  await breaker(kind);
  const content = noticeLetter(describeNotice(row), profile.name);
  const write = (delivery: string) => compose(email, content, { kind, account, notice, delivery });
  return Pace.within("others", (turn) => post(slip, present, turn, write));
}

async function deliverInvitation(job: Invite.Job): Promise<string> {
  const keys = Invite.keysOf(job);
  const [row, home, block] = await table.getMany([keys.row, keys.home, keys.block]);
  const judged = await Invite.judge(job, { row, home, block });
  if (typeof judged === "string") return judged;
  await breaker(job.kind);
  return Pace.within("others", (turn) => Invite.send(judged, turn));
}

const noticeSlip = (account: ID.ID<"account">, notice: ID.ID<"notice">): Slip => ({
  key: Keys.notice(account, notice),
  state: "mail",
  delivery: "delivery",
});

/** The row that the tags of a mail name; none for a code, or for tags that are not of our making. */
function slipOf({ kind, account, notice, organization, address }: Record<string, string>): Slip | undefined {
  if (kind === "notice" && ID.is("account", account) && ID.is("notice", notice)) return noticeSlip(account, notice);
  const isInvitation = kind === "invitation" || kind === "reminder";
  if (isInvitation && ID.is("organization", organization) && ID.is("address", address))
    return Invite.slipOf({ kind, organization, address });
  return undefined;
}

/**
 * One budget of each kind for the whole deployment, so that a flood of requests cannot become a flood of mail, and no
 * other mail can spend that of codes.
 * @throws MailPostponed until its next window when it is spent
 */
async function breaker(kind: Job["kind"]): Promise<void> {
  const window = { quota: Math.ceil(settings().mailsPerHour / 12), windowSeconds: 300 };
  await Limit.take(`${kind}-mails`, "deployment", window).catch((error: unknown) => {
    if (!isFailure(error, Limit.failures.limited)) throw error;
    const { retryAfterSeconds: seconds = window.windowSeconds } = error;
    throw new MailPostponed("The budget of these mails is spent.", { seconds, cause: error });
  });
}
