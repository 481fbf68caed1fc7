import { sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import { Integer } from "../base/shape.ts";
import { brokenIn } from "../base/valid.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { wiped } from "../device/end.ts";
import { failures as deviceFailures } from "../device/failures.ts";
import { deviceKeys } from "../device/keys.ts";
import { maxHistory, receiptDays } from "../device/limits.ts";
import type { DeviceRow, OrganizationDeviceRow } from "../device/row.ts";
import { wholeRevision } from "../device/status.ts";
import { wipeOf } from "../device/wipe.ts";
import type { ActorFor } from "../kernel/authorize.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, instant, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { wake } from "../rollout/queue-checks.ts";
import type { Rollout } from "../rollout/row.ts";
import { all, equal, lacks, present, update, when } from "../table/table.ts";
import { isIssued } from "./issued.ts";
import { maxReceiptLength, maxReceipts } from "./limits.ts";
import { Receipt } from "./receipt-shape.ts";
import { receiptTyp, verifier } from "./verify.ts";

// What devices say they have done with their settings: each receipt is signed by the device, numbered, and kept as it was
// signed. Reported twice it counts once; one that is older than what is known changes nothing.

const maxAttempts = 5;

// Shapes

/**
 * Reasons that a receipt was not taken: it is not signed by the device, it cannot be read, it names a device, a
 * revision, or a document that is not its own, or the device has to remove everything, and says something else.
 */
const reasons = ["signature", "shape", "foreign", "revision", "document", "wiping"] as const;
const Jws = v.pipe(
  v.string(),
  v.maxLength(maxReceiptLength, "This is too long."),
  v.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, "Expected a signed receipt."),
);
const Rejected = v.object({
  /** Its position in the request. */
  index: Integer,
  /**
   * The reason that it was not taken: the signature, its content, another device, a revision that does not exist, a
   * document that the device did not get at that revision, or that the device has to remove everything.
   */
  reason: v.picklist(reasons),
});
export const Received = v.object({
  /** The highest number that is stored. */
  received: Integer,
  /**
   * The highest number that was stored before. A receipt with it or a lower one was taken for one that was sent twice: what
   * was never sent before needs a higher number.
   */
  receivedBefore: Integer,
  /** Those that were not taken. Do not send them again. */
  rejected: v.array(Rejected),
  /** The revision of the organization's settings. */
  revision: Integer,
});

// Failures

export const failures = {
  overtaken: failure("conflict", "sync.receipts_overtaken", "Other receipts of this device arrived at the same time."),
};

type Device = ActorFor<"sync.report">;
type Report = NonNullable<OrganizationDeviceRow["report"]>;
type Signed = Receipt & { jws: string };

// Functions

/** Takes receipts of a device. It may be repeated. */
export const report = fn(
  "sync.report",
  {
    input: v.strictObject({
      /** Receipts, each a JWS that the device has signed. */
      receipts: v.pipe(
        v.array(Jws),
        v.minLength(1, "Send at least one receipt."),
        v.maxLength(maxReceipts, `Send at most ${maxReceipts} receipts.`),
      ),
    }),
    output: Received,
    failures: [deviceFailures.missing, failures.overtaken, Event.failures.repeated],
    reads: ownRows,
  },
  async ({ receipts }, actor, [device, shown, organization, member]) => {
    if (!device || !shown) throw deviceFailures.missing();
    const verify = verifier(receiptTyp, device.signingKey);
    const isWiping = wipeOf({ device, member, organization }) !== undefined;
    const against = { device, isWiping, newest: organization?.revision };
    const judged = await Promise.all(receipts.map(async (jws) => judge(jws, await verify(jws), against)));
    const rejected = judged.flatMap((one, index) => ("reason" in one ? [{ index, reason: one.reason }] : []));
    const taken = new Map(judged.flatMap((one) => ("seq" in one ? [[one.seq, one] as const] : [])));
    const inOrder = [...taken.values()].toSorted((one, other) => one.seq - other.seq);
    const receivedBefore = shown.report?.seq ?? 0;
    const received = await store(device, shown, inOrder);
    // threat: a rollout learns of refusals only when the clock looks
    if (tellsOfRollout(organization?.rollout, inOrder)) await wake(device.organization);
    // after what was reported, because the token ends with it
    const isWiped = inOrder.some(({ state }) => state === "wiped");
    if (isWiped) await end({ device, member, organization }, shown, actor);
    return { received, receivedBefore, rejected, revision: organization?.revision ?? 0 };
  },
);

/** Returns whether a device that a rollout has reached says that it has it in force, or refuses it. */
const tellsOfRollout = (rollout: Rollout | undefined, receipts: readonly Receipt[]): boolean =>
  rollout !== undefined &&
  receipts.some(
    ({ revision, heldBack, state }) =>
      revision >= rollout.revision && heldBack === undefined && (state === "enforced" || state === "refused"),
  );

function judge(
  jws: string,
  payload: unknown,
  { device, isWiping, newest }: { device: DeviceRow; isWiping: boolean; newest: number | undefined },
): Signed | { reason: (typeof reasons)[number] } {
  // threat: a receipt that nobody has signed counts
  if (payload === undefined) return { reason: "signature" };
  const read = v.safeParse(Receipt, payload);
  if (!read.success) return { reason: "shape" };
  const said = { ...read.output, ...(read.output.message !== undefined && { message: cleaned(read.output.message) }) };
  if (brokenIn(said) !== undefined) return { reason: "shape" };
  const { device: id, organization, document, revision, heldBack, state } = said;
  // threat: the receipt of another device counts
  if (id !== device.sk || organization !== device.organization) return { reason: "foreign" };
  if (newest !== undefined && revision > newest) return { reason: "revision" };
  if (state === "wiped") return { ...said, jws };
  if (isWiping) return { reason: "wiping" };
  // threat: a receipt about a document that the device never got counts as in force
  if (!isIssued(document, device, { revision, heldBack })) return { reason: "document" };
  return { ...said, jws };
}

/** Programs color what they print, and cut it anywhere: the rest says why all the same. */
const cleaned = (message: string) => message.replace(/\p{Cs}/gu, "\uFFFD").replace(/[^\P{Cc}\t\n]/gu, "");

/** The receipts themselves before what they say, so that nothing is known that cannot be shown. */
async function store(device: DeviceRow, first: OrganizationDeviceRow, receipts: readonly Signed[]): Promise<number> {
  let shown: OrganizationDeviceRow | undefined = first;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    if (!shown) throw deviceFailures.missing();
    const known = shown.report?.seq ?? 0;
    // threat: an older receipt replaces what a newer one said
    const fresh = receipts.filter(({ seq }) => seq > known);
    const last = fresh.at(-1);
    if (!last) return known;
    await keep(device, fresh);
    if (await isWritten(device, shown, fresh, last)) return last.seq;
    shown = await table.get(deviceKeys.organizationDevice(device.organization, device.sk));
  }
  throw failures.overtaken();
}

async function keep({ sk: device, organization }: DeviceRow, receipts: readonly Signed[]): Promise<void> {
  const [receivedAt, ttl] = [instant(), epoch(receiptDays * daySeconds)];
  await table.project(
    receipts.map(({ seq, jws: receipt }) => ({
      put: { ...deviceKeys.receipt(device, seq), organization, receipt, receivedAt, ttl },
    })),
  );
}

async function isWritten(
  device: DeviceRow,
  shown: OrganizationDeviceRow,
  fresh: readonly Signed[],
  last: Signed,
): Promise<boolean> {
  const { app, appVersion, platform } = last;
  const set = {
    report: reportWith(shown.report, fresh),
    contactAt: instant(),
    app,
    appVersion,
    platform,
  };
  const isSame = shown.report === undefined ? lacks("report") : equal("report", shown.report);
  const key = deviceKeys.organizationDevice(device.organization, device.sk);
  const step = update(key, { set }, when(all(present, isSame), failures.overtaken));
  return writeUnless(failures.overtaken, step);
}

/** A device that has removed everything, asked to or not, is linked no longer. */
async function end(rows: Parameters<typeof wipeOf>[0], listed: OrganizationDeviceRow, actor: Device): Promise<void> {
  const { reason } = wipeOf(rows) ?? { reason: "revoked" as const };
  const { device, member } = rows;
  // it may have said so before
  await writeUnless(deviceFailures.ended, ...wiped(device, reason, actor, { member, listed }));
}

/**
 * Returns what is known of each section: the receipt with the highest number about it. `device` is there as long as the
 * device refuses whole documents.
 */
function reportWith(before: Report | undefined, receipts: readonly Receipt[]): Report {
  const reported = { ...before?.sections };
  let [revision, document, seq] = [before?.revision ?? 0, before?.document ?? "", before?.seq ?? 0];
  for (const one of receipts) {
    seq = Math.max(seq, one.seq);
    const { state, code, message, key, at } = one;
    if (state === "wiped") continue;
    if (one.revision >= revision) [revision, document] = [one.revision, one.document];
    // a device that has applied something has not refused all of it
    if (one.section !== "device" && state !== "refused") delete reported.device;
    const more = withoutUndefined({ heldBack: one.heldBack, code, message, key });
    reported[one.section] = { state, revision: one.revision, at, ...more };
  }
  return { revision, document, sections: reported, seq, history: historyWith(before?.history, reported) };
}

/** A revision is added when all of its sections are in force, and taken out where one of them is refused after all. */
function historyWith(before: Report["history"] = [], reported: Report["sections"]): NonNullable<Report["history"]> {
  const refused = sections.flatMap((name) => (reported[name]?.state === "refused" ? [reported[name].revision] : []));
  // threat: a revision that was refused after all counts as in force
  const history = before.filter(([revision]) => refused.every((one) => revision < one));
  const revision = wholeRevision(reported);
  if (revision === undefined || revision <= (history.at(-1)?.[0] ?? -1)) return history;
  return [...history, [revision, epoch()] as [number, number]].slice(-maxHistory);
}

function ownRows(_: unknown, { account, via: { id, organization } }: Device) {
  return [
    deviceKeys.device(account, id),
    deviceKeys.organizationDevice(organization, id),
    organizationKeys.organization(organization),
    memberKeys.member(organization, account),
  ] as const;
}
