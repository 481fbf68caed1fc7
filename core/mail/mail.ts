import * as v from "valibot";
import * as Account from "../account/account.ts";
import * as Link from "../invitation/link.ts";
import { failure, isFailure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import type { Role } from "../kernel/permission.ts";
import { instant, mail, settings, table } from "../kernel/ports.ts";
import * as Limit from "../limit/limit.ts";
import { describe as describeNotice } from "../notice/list.ts";
import * as Code from "../session/code.ts";
import { Keys } from "../table/keys.ts";
import { above, all, equal, type Item, lacks, present, update, when } from "../table/table.ts";
import { compose } from "./content.ts";
import { MailPostponed, MailRefused } from "./error.ts";
import { codeLetter, type Invited, invitationLetter, proofLetter, reminderLetter } from "./letter.ts";
import { noticeLetter } from "./notice-letter.ts";
import * as Pace from "./pace.ts";
import { giveUp, post, type Slip, settle } from "./post.ts";

const hour = 3600;
/** Below the wait of the oldest message that wakes an operator. */
const suspendedSeconds = 600;
/** What all organizations together may mail to one address. */
const perAddress = [
  { quota: 6, windowSeconds: hour },
  { quota: 20, windowSeconds: 24 * hour },
];

// Shapes

const invitation = {
  organization: ID.schema("organization"),
  address: ID.schema("address"),
  attempt: v.pipe(v.number(), v.integer(), v.minValue(1)),
};

/** A mail to send, named by the row that asks for it; what it says is read when it is sent. */
export const Job = v.variant("kind", [
  v.strictObject({ kind: v.literal("code"), flow: ID.schema("flow") }),
  v.strictObject({ kind: v.literal("notice"), account: ID.schema("account"), notice: ID.schema("notice") }),
  v.strictObject({ kind: v.literal("invitation"), ...invitation }),
  v.strictObject({ kind: v.literal("reminder"), ...invitation }),
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
 * @throws MailPostponed when it is to be tried again later
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
  if (!row || String(row.expiresAt) <= instant()) return "expired";
  if (row.sentAt) return "sent already";
  await breaker("code");
  await Pace.turn("codes");
  const [email, address] = [String(row.email), row.address as ID.ID<"address">];
  const code = Code.derive(flow, address);
  const url = `${settings().siteUrl}/sign-in#flow=${flow}&code=${code}`;
  const isProof = row.purpose === "proof";
  const content = isProof ? proofLetter(Code.pretty(code)) : codeLetter(Code.pretty(code), url);
  try {
    await mail.send(compose(email, content, { kind: "code" }));
  } catch (error) {
    if (error instanceof MailRefused) return "refused";
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
  const [row, profile] = await table.getMany([slip.key, Keys.profile(account)]);
  if (!row || !profile) return "gone";
  if (row.mail !== "queued") return `${String(row.mail)} already`;
  const email = String(profile.email);
  if (isBlocked(await table.get(Keys.mailBlock(Account.addressOf(email))))) return giveUp(slip, "suppressed", present);
  await breaker(kind);
  await Pace.turn("others");
  const content = noticeLetter(describeNotice(row), String(profile.name));
  return post(slip, present, (delivery) => compose(email, content, { kind, account, notice, delivery }));
}

async function deliverInvitation(job: Of<"invitation" | "reminder">): Promise<string> {
  const { kind, organization, address, attempt } = job;
  const slip = invitationSlip(job);
  const [row, home, block] = await table.getMany([slip.key, Keys.organization(organization), Keys.mailBlock(address)]);
  const isOpen = row?.state === "pending" && row.attempt === attempt && String(row.expiresAt) > instant();
  if (!isOpen || !home) return "gone";
  const fares = row[slip.state];
  if (fares !== "queued") return typeof fares === "string" ? `${fares} already` : "not asked for";
  const still = all(equal("state", "pending"), equal("attempt", attempt), above("expiresAt", instant()));
  // an organization that comes back shows what was not sent
  if (home.state === "deleted") return giveUp(slip, "failed", still);
  if (isBlocked(block)) return giveUp(slip, "suppressed", still);
  if (home.state !== "active") {
    throw new MailPostponed("The organization is suspended.", { seconds: suspendedSeconds });
  }
  await breaker(kind);
  await Pace.turn("others");
  const invited = await describeInvitation(job, row, home);
  const content = kind === "invitation" ? invitationLetter(invited) : reminderLetter(invited);
  const tags = { kind, organization, address };
  let giveBack: (() => Promise<void>) | undefined;
  try {
    return await post(slip, still, async (delivery) => {
      giveBack = await takeShare(address);
      return giveBack && compose(invited.email, content, { ...tags, delivery });
    });
  } catch (error) {
    if (error instanceof MailPostponed) await giveBack?.();
    throw error;
  }
}

/** Counts a mail to this address; nothing when it has had too many, whoever sent them. */
async function takeShare(address: ID.ID<"address">): Promise<(() => Promise<void>) | undefined> {
  return Limit.take("invitations-per-address", address, ...perAddress).catch((error: unknown) => {
    if (!isFailure(error, Limit.failures.limited)) throw error;
    return undefined;
  });
}

async function describeInvitation(
  { organization, address, attempt }: Of<"invitation" | "reminder">,
  row: Item,
  home: Item,
) {
  const by = row.by as ID.ID<"account">;
  const inviter = await table.get(Keys.profile(by));
  const invited: Invited = {
    email: String(row.email),
    organization: String(home.name),
    role: row.role as Role,
    inviter: inviter && String(inviter.name),
    message: typeof row.message === "string" ? row.message : undefined,
    expiresAt: String(row.expiresAt),
    url: Link.mint({ organization, address, attempt, by }),
  };
  return invited;
}

const noticeSlip = (account: ID.ID<"account">, notice: ID.ID<"notice">): Slip => ({
  key: Keys.notice(account, notice),
  state: "mail",
  delivery: "delivery",
});

function invitationSlip({ kind, organization, address }: Omit<Of<"invitation" | "reminder">, "attempt">): Slip {
  const key = Keys.addressIn(organization, address);
  return kind === "invitation"
    ? { key, state: "mail", delivery: "delivery" }
    : { key, state: "reminder", delivery: "reminderDelivery" };
}

/** The row that the tags of a mail name; none for a code, or for tags that are not of our making. */
function slipOf({ kind, account, notice, organization, address }: Record<string, string>): Slip | undefined {
  if (kind === "notice" && ID.is("account", account) && ID.is("notice", notice)) return noticeSlip(account, notice);
  const isInvitation = kind === "invitation" || kind === "reminder";
  if (isInvitation && ID.is("organization", organization) && ID.is("address", address))
    return invitationSlip({ kind, organization, address });
  return undefined;
}

const isBlocked = (block: Item | undefined) => block?.bounced !== undefined || block?.complained !== undefined;

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
