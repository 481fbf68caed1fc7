import * as v from "valibot";
import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { unknown } from "../base/row.ts";
import { ObjectChanged } from "../bucket/error.ts";
import type { System } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { bucket, instant, type ObjectHead, table } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import { wordKey } from "../reading/role-words.ts";
import { absent, equal, put, type Step, when } from "../table/table.ts";
import { begin, onward } from "./begin.ts";
import { ImportCreated, ImportEnded } from "./events.ts";
import { ending, failures, isBroken, isOver, keyOfFile, listed, moving, type Terms, ttl } from "./import.ts";
import { importKeys } from "./keys.ts";
import { maxBytes } from "./limits.ts";
import type { ImportNameRow, ImportRow } from "./row.ts";
import { manages, readSetting, rulesOf } from "./setting.ts";
import { fileNameOf, type Reason, type ScriptRole, scriptRoles } from "./shape.ts";
import { isFromForm } from "./upload-form.ts";

const looks = 3;

// Shapes

/** The event that an object exists; `sequencer` distinguishes uploads to the same key. */
const Arrival = v.strictObject({ key: v.string(), sequencer: v.string() });

// Functions

/**
 * Starts the import of a file in the bucket, uploaded in the dashboard or by a script. The same event again changes
 * nothing. The same content again is imported again, unless the import that has it has not ended.
 */
export const arrive = fn(
  "import.arrive",
  { input: Arrival, output: v.void(), failures: [failures.changed, failures.repeated, Event.failures.repeated] },
  async (arrival, actor) => {
    const named = placeOf(arrival.key);
    if (!named) return;
    for (let look = 1; ; look++) {
      const head = await bucket.head(arrival.key);
      if (!head) return;
      const upload = await find(arrival, named, head);
      if (!upload) return;
      if (upload === "unmarked") return failUnmarked(named, actor);
      if (upload.arrived) return onward({ ...named, id: upload.arrived }, await rowOf(named, upload.arrived), actor);
      try {
        // threat: one upload is imported twice
        await table.write(...(await take(upload, actor)), put(upload.mark, { import: upload.id, ttl: ttl() }, isNew));
        return await begin(named.organization, actor);
      } catch (error) {
        if (!isOvertaken(error) || look === looks) throw error;
      }
    }
  },
);

const isOvertaken = (error: unknown) =>
  error instanceof ObjectChanged || [failures.changed, failures.repeated].some((type) => isFailure(error, type));

// An upload, and what is known about it

const isNew = when(absent, failures.repeated);

type Named = { organization: ID.ID<"organization">; fileName: string; imported?: ID.ID<"import"> };
type Upload = Named & {
  id: ID.ID<"import">;
  key: string;
  head: ObjectHead;
  mark: ReturnType<typeof importKeys.receivedUpload>;
  /** The import that this event led to before. */
  arrived: ID.ID<"import"> | undefined;
  rules: ReturnType<typeof rulesOf>;
  giver: MemberRow | undefined;
  /** The row that waits for this file. */
  waiting: ImportRow | undefined;
  /** The newest import that had the same content, unless nothing came of it. */
  earlier: ImportRow | undefined;
  claimed: ImportNameRow | undefined;
};

/** Returns the organization or import that a key names: `imports/{organization}/{anything}.csv`. */
function placeOf(key: string): Named | undefined {
  const [, organization, path = ""] = /^imports\/([^/]+)\/(.+)$/.exec(key) ?? [];
  if (!ID.is("organization", organization) || !/\.csv$/i.test(path)) return undefined;
  const fileName = fileNameOf(path.slice(path.lastIndexOf("/") + 1));
  const id = path.slice(0, -".csv".length);
  return { organization, fileName, ...(ID.is("import", id) && { imported: id }) };
}

const rowOf = ({ organization }: Pick<Named, "organization">, id: ID.ID<"import">) =>
  table.get(importKeys.import(organization, id));

async function find(
  { key, sequencer }: v.InferOutput<typeof Arrival>,
  named: Named,
  head: ObjectHead,
): Promise<Upload | "unmarked" | undefined> {
  const { organization, imported } = named;
  const mark = importKeys.receivedUpload(organization, `${key}#${sequencer}`);
  const [organizationRow, arrived, setting, claimed, own] = await table.getMany([
    organizationKeys.organization(organization),
    mark,
    importKeys.importSetting(organization),
    importKeys.importedFile(organization, head),
    ...(imported ? [importKeys.import(organization, imported)] : []),
  ]);
  if (!organizationRow || organizationRow.state === "deleted") return undefined;
  const claim = claimOf(own, head);
  if (claim === "unmarked") return claim;
  // a form is for one object: posting it again changes nothing
  // threat: a form is posted again
  if (claim === "had" && !arrived) return undefined;
  const waiting = claim === "waiting" ? own : undefined;
  // what the dashboard uploads was allowed when its import was created
  const rules = rulesOf(waiting ? undefined : readSetting(setting));
  const [earlier, giver] = await Promise.all([
    claimed && earlierOf(named, claimed, waiting ?? {}),
    giverOf(named, rules),
  ]);
  return {
    ...named,
    key,
    head,
    mark,
    rules,
    giver,
    claimed,
    id: waiting?.sk ?? ID.create("import"),
    arrived: arrived?.import,
    waiting,
    earlier,
  };
}

/** Returns whether the import that the key names waits for an object, or had one before: not of one from elsewhere. */
function claimOf(own: ImportRow | undefined, head: ObjectHead): "unmarked" | "waiting" | "had" | undefined {
  // threat: a file for a waiting import of an earlier release is imported with the rights of scripts
  if (own?.via === "dashboard" && own.mark === undefined) return "unmarked";
  // anybody with credentials can put an object at this key; without the mark it has the rights of a script
  // threat: an object without the mark has the rights of a waiting import
  if (!own || !isFromForm(head, own)) return undefined;
  return own.state === "waiting_for_file" ? "waiting" : "had";
}

const giverOf = async ({ organization }: Named, { runAs }: Upload["rules"]): Promise<MemberRow | undefined> =>
  runAs ? table.get(memberKeys.member(organization, runAs)) : undefined;

/** Returns the import that had the same content, unless nothing came of it, or it read other rows. */
async function earlierOf(named: Named, { import: id }: ImportNameRow, read: Read): Promise<ImportRow | undefined> {
  const row = await rowOf(named, id);
  if (!row || row.state === "waiting_for_file" || cameToNothing(row)) return undefined;
  return isReadAlike(row, read) ? row : undefined;
}

/**
 * Forms of an earlier release carried no mark, so nobody knows who put what arrives for their imports. An import that
 * waits for its file ends, so that the person uploads it again.
 */
async function failUnmarked({ organization, imported }: Named, actor: System): Promise<void> {
  const row = imported && (await rowOf({ organization }, imported));
  if (row?.state !== "waiting_for_file") return;
  await table.write(...ending({ organization, id: row.sk }, row, { state: "failed", reason: "no_file" }, actor));
}

type Read = Pick<ImportRow, "columns" | "roles">;

/** The same bytes with other columns, or with other roles for their words, are other rows. */
const isReadAlike = (one: Read, other: Read) =>
  // threat: the same file with other roles for its words counts as imported before
  // threat: the same bytes with other columns count as imported
  one.columns?.join() === other.columns?.join() && pairsOf(one).join("\n") === pairsOf(other).join("\n");

const pairsOf = ({ roles = [] }: Read) => roles.map(({ word, role }) => `${role} ${wordKey(word)}`).toSorted();

/** The import never began, or stopped within the file, so the same content is imported again. */
const cameToNothing = (row: ImportRow) => isOver(row) && (row.startedAt === undefined || isBroken(row));

async function take(upload: Upload, actor: System): Promise<Step[]> {
  const { earlier } = upload;
  const terms = termsOf(upload);
  if (typeof terms === "string") return refuse(upload, terms, actor);
  // threat: the same content cannot be imported again after its invitations have ended
  // threat: the same content is imported twice at once
  if (earlier && !isOver(earlier)) return refuse(upload, "repeated", actor);
  const { organization, head, claimed, id } = upload;
  const unclaimed = claimed ? equal("import", claimed.import) : absent;
  return [
    ...accept(upload, { ...terms, ...(await copyOf(upload)) }, actor),
    put(importKeys.importedFile(organization, head), { import: id, ttl: ttl() }, when(unclaimed, failures.changed)),
  ];
}

/** Returns who invites, or why this file is not imported. */
function termsOf({ head, waiting, rules: { runAs, role }, giver }: Upload): Terms | Reason {
  // threat: a file of any size is imported
  if (head.size > maxBytes) return "too_large";
  if (waiting?.by) return { by: waiting.by };
  // threat: a script imports for somebody who is no longer an owner or admin
  if (!runAs || !manages(giver)) return "no_setting";
  // threat: a setting with a role of a newer release lets scripts give more than the least
  const maxRole = scriptRole(role === unknown ? "read" : role, head);
  return maxRole ? { by: runAs, maxRole } : "role_refused";
}

/** Returns the highest role of a script's rows: that of the setting, or a lower one that the object requests. */
function scriptRole(role: ScriptRole, { metadata }: ObjectHead): ScriptRole | undefined {
  const named = metadata.role === undefined ? role : scriptRoles.find((one) => one === metadata.role?.toLowerCase());
  // threat: a script widens what it may by its object's words
  return named && scriptRoles.indexOf(named) >= scriptRoles.indexOf(role) ? named : undefined;
}

type Copy = { file: string; etag: string };

/** Copies the upload to where only Muster writes, so that what happens to it afterwards changes nothing. */
async function copyOf({ key, head, ...upload }: Upload): Promise<Copy> {
  const file = keyOfFile(upload, head.etag);
  // threat: a file arrives that is not the one that was looked at
  return { file, etag: await bucket.copy(key, file, head.etag) };
}

function accept(upload: Upload, { file, etag, ...terms }: Terms & Copy, actor: System): Step[] {
  const { organization, id, waiting, head, earlier } = upload;
  const found = {
    file,
    etag,
    bytes: head.size,
    waitsSince: instant(),
    ...listed(upload),
    ...(earlier && { earlier: earlier.sk }),
  };
  if (waiting) return [moving(upload, waiting, { set: { ...found, state: "waiting" } })];
  const item = { ...fresh(upload), ...found, state: "waiting" as const, ...terms };
  return [
    put(importKeys.import(organization, id), item),
    ImportCreated.record(organization, { import: id, via: "script", by: terms.by }, actor),
  ];
}

/** Creates an import that has already failed, so that the person who uploaded sees the reason. */
function refuse(upload: Upload, reason: Reason, actor: System): Step[] {
  const { organization, id, waiting, head, earlier } = upload;
  const file = { bytes: head.size, ...(earlier && { earlier: earlier.sk }) };
  if (waiting) return ending(upload, waiting, { state: "failed", reason, set: file }, actor);
  const item = { ...fresh(upload), ...file, state: "failed" as const, reason, endedAt: instant() };
  return [
    put(importKeys.import(organization, id), item),
    ImportEnded.record(organization, { import: id, state: "failed", reason }, actor),
  ];
}

const fresh = ({ fileName, rules: { lifetimeDays } }: Upload) => ({
  via: "script" as const,
  fileName,
  pass: 1,
  createdAt: instant(),
  ttl: ttl(),
  lifetimeDays,
});
