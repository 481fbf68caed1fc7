import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { canGrant } from "../base/permission.ts";
import { roles as roleNames } from "../base/role.ts";
import { unknown } from "../base/row.ts";
import { presetDays } from "../invitation/limits.ts";
import { LifetimeDays } from "../invitation/shape.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { begin as beginOnce, isBegun, readKept, remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { After } from "../kernel/position.ts";
import { readAll, readOnly } from "../kernel/stored.ts";
import { mailKeys } from "../mail/keys.ts";
import * as Member from "../member/failures.ts";
import { namesOf } from "../member/names.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import { type RoleWord, wordKey } from "../reading/role-words.ts";
import { type ColumnName, columnNames } from "../reading/shape.ts";
import { include } from "../search/included.ts";
import { lacks, put } from "../table/table.ts";
import { begin } from "./begin.ts";
import { describe, describeNow } from "./describe.ts";
import { ImportCanceled, ImportCreated } from "./events.ts";
import { ending, failures, Id, Info, isOver, isRunning, listed, moving, retryableIn, retrying, ttl } from "./import.ts";
import { importKeys } from "./keys.ts";
import { maxChosenColumns, maxRoleWords, pageSize } from "./limits.ts";
import { ImportRow } from "./row.ts";
import { FileName, RoleText, unnamedFile } from "./shape.ts";
import { sign, signAgain, uploadSeconds } from "./upload-form.ts";

/** Later than the form's expiration: an upload that began late may still be running. */
const patienceSeconds = 2 * uploadSeconds;

// Shapes

const One = v.strictObject({ import: Id });
/** The form to upload the file with: a POST of `multipart/form-data` with all `fields`, then the file as `file`. */
const Upload = v.object({
  /** The address to post to. */
  url: v.string(),
  /** The fields of the form, by name. They expire after an hour. */
  fields: v.record(v.string(), v.string()),
});

/**
 * The contents of the file's columns, in their order; columns after them are ignored. Without it, they are recognized
 * by their headings and their content. Addresses may be in several columns: the first that is not empty counts.
 */
const ChosenColumns = v.pipe(
  v.array(v.picklist(columnNames)),
  // threat: an import keeps a list of any length
  v.maxLength(maxChosenColumns, `At most ${maxChosenColumns} columns.`),
  // threat: columns without an address are accepted, and every row fails
  v.check((names) => names.includes("email"), "Choose the column of the addresses."),
  v.check(isEachOnce, "Only addresses can be in several columns."),
);

function isEachOnce(names: ColumnName[]) {
  const others = names.filter((name) => name !== "email" && name !== "ignore");
  // threat: a person chooses a field for two columns, and one of them is not read
  return new Set(others).size === others.length;
}

/** The meaning of a word in the file's role column. */
const ChosenRole = v.strictObject({
  /** The word, as it is written in the file. Case does not matter, nor how many spaces are between words. */
  word: RoleText,
  /** The role that its rows are invited with: none above your own. */
  role: v.picklist(roleNames),
});
/**
 * The roles that words of the file's role column stand for. They count before the words that Muster knows; rows with any
 * other word are not invited.
 */
const ChosenRoles = v.pipe(
  v.array(ChosenRole),
  v.maxLength(maxRoleWords, `At most ${maxRoleWords} words.`),
  v.check(isEachWordOnce, "Choose one role for each word."),
);

function isEachWordOnce(chosen: RoleWord[]) {
  const keys = new Set(chosen.map(({ word }) => wordKey(word)));
  return keys.size === chosen.length && !keys.has("");
}

const own = ({ import: id }: { import: ID.ID<"import"> }, { organization }: Actor) =>
  [importKeys.import(organization, id), mailKeys.importMails(id), organizationKeys.organization(organization)] as const;

// Functions

/** Begins an import, and returns where to upload its file within the hour. */
export const create = fn(
  "import.create",
  {
    input: v.strictObject({
      fileName: v.optional(FileName, unnamedFile),
      lifetimeDays: v.optional(LifetimeDays),
      columns: v.optional(ChosenColumns),
      roles: v.optional(ChosenRoles),
    }),
    output: v.object({ import: Info, upload: Upload }),
    failures: [Member.failures.roleForbidden, Windows.failures.limited, Event.failures.repeated],
    // the form is signed again, and never stored
    replay: async (kept, { organization, account: by }) => {
      const info = readKept(Info, kept);
      const row = await table.get(importKeys.import(organization, info.id));
      return { import: info, upload: await signAgain({ organization, id: info.id, by }, row) };
    },
  },
  async ({ fileName, lifetimeDays = presetDays, columns, roles }, actor) => {
    const { organization, account: by } = actor;
    // each row is checked again when it is invited, with the role that its inviter has then
    // threat: a person says by a word of a file that its rows get a role above their own
    if (roles?.some(({ role }) => !canGrant(actor.role, role))) throw Member.failures.roleForbidden();
    await Windows.take(Limits.importsPerAccount, by);
    // threat: an organization is given any number of forms
    await Windows.take(Limits.importsPerOrganization, organization);
    const place = { organization, id: ID.create("import") };
    const { upload, mark } = await sign({ ...place, by });
    const row: ImportRow = {
      pk: organization,
      sk: place.id,
      state: "waiting_for_file",
      via: "dashboard",
      by,
      mark,
      fileName,
      lifetimeDays,
      ...(columns && { columns }),
      ...(roles?.length && { roles }),
      pass: 1,
      createdAt: instant(),
      ttl: ttl(),
      ...listed(place, patienceSeconds),
    };
    const info = describe(row, undefined);
    await table.write(
      put(importKeys.import(organization, place.id), row),
      ImportCreated.record(organization, { import: place.id, via: "dashboard", by }, actor),
      ...remember(info),
    );
    return { import: info, upload };
  },
);

/** Lists imports, newest first. */
export const list = fn(
  "import.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor), after: v.optional(After) }),
    output: listOf(Info, pageSize),
    failures: [cursorFailures.invalid, Windows.failures.limited],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async ({ cursor, after }, { organization }, [organizationRow]) => {
    // threat: a list of imports does not wait for a change
    await include(organization, after);
    const query = { ...importKeys.imports(organization), limit: pageSize, newestFirst: true, consistent: true };
    const { items, next } = await page(`import.list ${organization}`, query, cursor);
    // threat: one import that a newer release has written hides all others
    const rows = readAll(ImportRow, items);
    const [names, mails] = await Promise.all([
      namesOf(
        organization,
        rows.map(({ by }) => by),
      ),
      table.getMany(rows.map(({ sk }) => mailKeys.importMails(sk))),
    ]);
    // one import runs at most, and its chunk counts what its row does not count yet
    const running = items.find(isRunning);
    const infos = rows.map(async (row, i) =>
      // threat: a list shows less of a running import than its page
      row.sk === running?.sk
        ? await describeNow(organization, running, { mails: mails[i], organizationRow })
        : describe(row, mails[i], { names, organizationRow }),
    );
    return { items: await Promise.all(infos), ...(next && { next }) };
  },
);

/** Returns an import with everything that its page shows while it runs. */
export const get = fn(
  "import.get",
  {
    input: One,
    output: Info,
    failures: [failures.missing],
    reads: own,
  },
  async (_, { organization }, [row, mails, organizationRow]) => {
    if (!row) throw failures.missing();
    return describeNow(organization, row, { mails, organizationRow });
  },
);

/** Stops an import within moments. Invitations that it sent stay, and their emails are sent unless they are revoked. */
export const cancel = fn(
  "import.cancel",
  {
    input: One,
    output: Info,
    failures: [failures.missing, failures.changed, failures.over, Event.failures.repeated],
    reads: own,
  },
  async ({ import: id }, actor, [row, mails, organizationRow]) => {
    if (!row) throw failures.missing();
    if (isOver(row) || row.stop) throw failures.over();
    const found = readOnly(ImportRow, row);
    // threat: an import is canceled in a state that this release does not know
    if (found.state === unknown) throw implied.unreadable();
    const place = { organization: actor.organization, id };
    const canceled = ImportCanceled.record(actor.organization, { import: id }, actor);
    if (row.state === "running") {
      // threat: the answer to a cancellation says that nothing happened before it
      const info = await describeNow(actor.organization, { ...row, stop: "canceled" }, { mails, organizationRow });
      // threat: nobody learns who canceled a running import
      await table.write(moving(place, row, { set: { stop: "canceled" } }, lacks("stop")), canceled, ...remember(info));
      return info;
    }
    const info = describe({ ...found, state: "canceled", reason: "canceled", endedAt: instant() }, mails, {
      organizationRow,
    });
    await table.write(
      ...ending(place, row, { state: "canceled", reason: "canceled" }, actor),
      canceled,
      ...remember(info),
    );
    return info;
  },
);

/** Imports the rows again, for me, that had no seat or were not reached. */
export const retry = fn(
  "import.retry",
  {
    input: One,
    output: Info,
    failures: [failures.missing, failures.changed, failures.nothing, failures.taken, Event.failures.repeated],
    reads: own,
  },
  async ({ import: id }, actor, [row, mails, organizationRow]) => {
    if (!row) throw failures.missing();
    const { organization, account: by } = actor;
    if (!isBegun()) {
      if (!isOver(row) || retryableIn(row) === 0) throw failures.nothing();
      await table.write(...retrying({ organization, id }, row, { by }, actor), ...beginOnce());
    }
    await begin(organization, actor);
    return describeNow(organization, (await table.get(importKeys.import(organization, id))) ?? row, {
      mails,
      organizationRow,
    });
  },
);
