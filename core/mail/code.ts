import { accountKeys } from "../account/keys.ts";
import { failure } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { claimKey } from "../domain/claim.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { MailPostponed, MailRefused } from "../kernel/mail-error.ts";
import { instant, type MailMessage, mail, settings, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import * as Budgets from "../rate/budgets.ts";
import { codeShares, minCodesPerHour, suspectCodesPerHour } from "../rate/limits.ts";
import * as Slots from "../rate/slots.ts";
import * as Code from "../session/code.ts";
import { sessionKeys } from "../session/keys.ts";
import type { FlowRow } from "../session/row.ts";
import { all, lacks, present, update, when } from "../table/table.ts";
import * as CodeReputation from "./code-reputation.ts";
import { compose } from "./compose.ts";
import { codeTemplate, reauthenticationTemplate } from "./template.ts";

// Failures

export const failures = { gone: failure("gone", "mail.gone", "This email is no longer needed.") };

// Functions

/** Sends the code of a sign-in that is still open. After a crash it may be sent twice, which is the same one. */
export async function deliver(flow: ID.ID<"flow">, bookings: Budgets.Bookings): Promise<string> {
  const row = await table.get(sessionKeys.flow(flow));
  if (!row || row.expiresAt <= instant()) return "expired";
  if (row.sentAt) return "sent already";
  const { budgets, tags } = await sendingOf(row);
  if (!(await bookings.take(...budgets))) return "no booking before it expires";
  const [email, address] = [row.email, row.address];
  const code = Code.derive(flow, address);
  const url = `${settings().siteUrl}/sign-in#flow=${flow}&code=${code}`;
  const isReauthentication = row.purpose === "reauthentication";
  const content = isReauthentication
    ? reauthenticationTemplate(Code.pretty(code))
    : codeTemplate(Code.pretty(code), url);
  const message = compose(email, content, tags);
  try {
    await sendCode(message);
  } catch (error) {
    if (error instanceof MailRefused) return "refused";
    if (error instanceof MailPostponed) await Slots.react(error);
    throw error;
  }
  const open = when(all(present, lacks("sentAt")), failures.gone);
  await writeUnless(failures.gone, update(sessionKeys.flow(flow), { set: { sentAt: instant() } }, open));
  return "sent";
}

/**
 * Without an answer it is sent again at once, and then soon: somebody waits for it, and the same code twice does no harm.
 * Connections that were idle for a while are often found closed.
 */
async function sendCode(message: MailMessage): Promise<void> {
  const once = () => Slots.within("codes", (slot) => mail.send(message, slot));
  const isKnown = (error: unknown) => error instanceof MailRefused || error instanceof MailPostponed;
  // threat: a code whose sending had no answer waits for minutes
  await once()
    .catch((error: unknown) => {
      if (isKnown(error)) throw error;
      return once();
    })
    .catch((error: unknown) => {
      if (isKnown(error)) throw error;
      throw new MailPostponed("The mail provider does not answer.", { lack: "provider", cause: error });
    });
}

/**
 * The budgets of a code, and its tags. A browser in which its address has signed in has its own; all others share theirs
 * by network. Addresses with an account, an invitation or an organization's domain do not wait for those that strangers
 * name, of which few leave where too many have bounced; networks where they have share a budget of their own.
 */
async function sendingOf(flow: FlowRow): Promise<{ budgets: Budgets.Budget[]; tags: Record<string, string> }> {
  const { browser, network = "", expiresAt } = flow;
  const untilMs = Date.parse(expiresAt);
  const tags = { kind: "code" };
  // threat: codes in known browsers wait for those that strangers name
  if (browser) return { budgets: [{ name: "codes of known browsers", perHour: codesPerHour(1), untilMs }], tags };
  const isStranger = !(await isKnown(flow));
  const kind = isStranger ? "strangers" : "members";
  const { ofAll, ofNetwork } = codeShares[kind];
  // threat: accounts wait when codes to strangers are slowed
  const suspect = isStranger ? await CodeReputation.suspectIn(network) : { inNetwork: false, inAll: false };
  const inNetwork = suspect.inNetwork ? suspectCodesPerHour.ofNetwork : codesPerHour(ofNetwork);
  // threat: all networks whose codes bounce together send as many as before
  const inAll = suspect.inNetwork || suspect.inAll ? suspectCodesPerHour.ofAll : codesPerHour(ofAll);
  return {
    budgets: [
      { name: `codes of ${kind} in ${network}`, perHour: inNetwork, untilMs },
      // threat: networks whose codes bounce use up the codes of strangers elsewhere
      { name: suspect.inNetwork ? "codes of suspect networks" : `codes of ${kind}`, perHour: inAll, untilMs },
    ],
    // threat: bounces to accounts count against their network
    tags: isStranger ? Object.assign(tags, CodeReputation.tagsOf(network)) : tags,
  };
}

const codesPerHour = (share: number) => Math.max(minCodesPerHour, Budgets.perHour() * share);

async function isKnown({ address, email }: Pick<FlowRow, "address" | "email">): Promise<boolean> {
  const [[claim, ofDomain], { items: invitations }] = await Promise.all([
    table.getMany([accountKeys.claim(address), claimKey(email)]),
    table.query({ ...invitationKeys.organizationsInviting(address), limit: 1 }),
  ]);
  // threat: codes to members wait for those that strangers name
  return claim !== undefined || ofDomain !== undefined || invitations.length > 0;
}
