import * as v from "valibot";
import * as ID from "../base/id.ts";
import { importKeys } from "../import/keys.ts";
import { isPending } from "../invitation/invitation.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { readerOf } from "../invitation/list.ts";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { Position } from "../table/table.ts";
import { mailKeys } from "./keys.ts";
import * as Mailing from "./mailing.ts";
import * as MailingResend from "./mailing-resend.ts";
import * as MailingWait from "./mailing-wait.ts";

/** Mailings that one message queues before it queues the rest. */
const mailingsPerJob = 500;
/** Imports and invitations that one message reads. */
const rowsPerJob = 200;

// Shapes

/** Queues all waiting mails of an import again. */
export const Job = v.strictObject({
  job: v.literal("enqueue"),
  organization: ID.schema("organization"),
  import: ID.schema("import"),
  start: v.optional(v.record(v.string(), v.string())),
});
export type Job = v.InferOutput<typeof Job>;

/** Queues what was dropped while the emails of an organization were paused: of its imports, and then all others. */
export const Requeue = v.strictObject({
  job: v.literal("requeue"),
  organization: ID.schema("organization"),
  of: v.picklist(["imports", "invitations"]),
  start: v.optional(v.record(v.string(), v.string())),
});
export type Requeue = v.InferOutput<typeof Requeue>;

// Functions

/** Queues the mailings with waiting mails. One that is already queued is queued twice, which does no harm. */
export const enqueue = fn("mail.enqueue", { input: Job, output: v.void() }, async (job) => {
  const { organization, import: id, start } = job;
  const page = await table.query({ ...mailKeys.mailings(id), limit: mailingsPerJob, start, consistent: true });
  const waiting: object[] = page.items
    .filter(Mailing.waits)
    .map((row) => MailingResend.sending({ organization, import: id, seq: MailingResend.seqOf(row) }));
  // threat: a resumed import of very many mailings sends only its last page
  // threat: a resumed import sends only its first page of mailings
  const jobs = page.next ? [...waiting, { ...job, start: page.next }] : waiting;
  if (jobs.length > 0) await queues.send("bulk", jobs);
  // threat: emails are taken for given up although they were queued again
  if (waiting.length > 0) await MailingWait.keepQueued(id);
});

/** Queues waiting emails again, a page a time. One that is already queued is queued twice, which does no harm. */
export const requeue = fn("mail.requeue", { input: Requeue, output: v.void() }, async (job) => {
  const { organization, of, start } = job;
  const next = of === "imports" ? await queueImports(organization, start) : await queueSingle(organization, start);
  if (next) await queues.send("bulk", [{ ...job, start: next }]);
  else if (of === "imports") await queues.send("bulk", [requeueOf(organization, "invitations")]);
});

async function queueImports(organization: ID.ID<"organization">, start: Position | undefined) {
  const { items, next } = await table.query({ ...importKeys.imports(organization), limit: rowsPerJob, start });
  const jobs = items.map(({ sk }) => ({ job: "enqueue", organization, import: sk }) satisfies Job);
  // threat: imports that waited while emails were paused are forgotten
  if (jobs.length > 0) await queues.send("bulk", jobs);
  return next;
}

async function queueSingle(organization: ID.ID<"organization">, start: Position | undefined) {
  const organizationRow = await table.get(organizationKeys.organization(organization));
  const { items, next } = await readerOf(organization, { organizationRow, state: "pending", limit: rowsPerJob })(start);
  // the list has less than the rows
  const rows = await table.getMany(items.map(({ pk }) => invitationKeys.addressIn(organization, pk)));
  const jobs = rows.filter(isPending).flatMap((row) => {
    const { pk: address, attempt, mail, reminder } = row;
    // an import's own job sends it, and counts it
    const kinds = [isOpen(mail) && !MailingResend.isBulk(row) && "invitation", isOpen(reminder) && "reminder"] as const;
    return kinds.flatMap((kind) => (kind ? [{ kind, organization, address, attempt }] : []));
  });
  // threat: emails that waited while they were paused are lost
  if (jobs.length > 0) await queues.send("mail", jobs);
  return next;
}

const requeueOf = (organization: ID.ID<"organization">, of: Requeue["of"]): Requeue => ({
  job: "requeue",
  organization,
  of,
});

// For reactions

/** Queues what was dropped while an organization's emails were paused. */
export const afterMailsResumed = (organization: ID.ID<"organization">) =>
  queues.send("bulk", [requeueOf(organization, "imports")]);

/** Queues what was dropped while the import was paused. */
export const afterResumed = (organization: ID.ID<"organization">, { import: id }: { import: ID.ID<"import"> }) =>
  queues.send("bulk", [{ job: "enqueue", organization, import: id } satisfies Job]);

/** Of one whose result is unknown, the message was dropped too: it is sent again unless the provider has reported it. */
const isOpen = (state: string | undefined) => state === "queued" || state === "unconfirmed";
