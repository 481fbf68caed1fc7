import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { above, all, any, contains, fewer, lacks, present, update, when } from "../table/table.ts";
import { requireLed, stillLeads } from "../team/lead.ts";
import { deleting } from "./deletion.ts";
import { describeWhole } from "./describe.ts";
import { UpdateDeleted, UpdatePinned, UpdateRestored, UpdateUnpinned } from "./events.ts";
import { failures } from "./failures.ts";
import { updateKeys } from "./keys.ts";
import { maxPins, undoMinutes } from "./limits.ts";
import { keyOfText, placeOf, requireOn, requireRestorable, stored, visible } from "./place.ts";
import type { UpdateTextRow } from "./row.ts";
import { Whole } from "./update.ts";

// Deleting an update, and pinning it at the top of its place.

const One = v.strictObject({ update: ID.schema("update") });
const thing = ({ pk: id, team }: Pick<UpdateTextRow, "pk" | "team">) => ({ update: id, ...(team && { team }) });
const isThere = when(all(present, lacks("deletedAt")), failures.missing);

// Functions

/** Deletes an update. For 10 minutes it can be restored; then it is erased with its comments and reactions. */
export const remove = fn(
  "update.remove",
  { input: One, output: v.void(), failures: [failures.missing, Event.failures.repeated], reads: keyOfText },
  async ({ update: id }, actor, [found]) => {
    const { text } = await visible(actor, found);
    requireOn(actor, "update.remove", text.author);
    await table.write(
      ...deleting(id, placeOf(text), actor.account),
      UpdateDeleted.record(text.organization, thing(text), actor),
    );
  },
);

/** Restores an update that was deleted less than 10 minutes ago. An author restores only what they deleted themselves. */
export const restore = fn(
  "update.restore",
  {
    input: One,
    output: Whole,
    failures: [failures.missing, failures.notDeleted, Event.failures.repeated],
    reads: keyOfText,
  },
  async ({ update: id }, actor, [found]) => {
    const { text, row } = await stored(actor, found);
    requireRestorable(actor, "update.restore", text);
    const { deletedAt: _, ...kept } = row;
    const info = await describeWhole(actor, kept, text.content);
    // threat: a deleted update can be restored forever
    const isRecent = when(above("deletedAt", instant(-undoMinutes * minuteSeconds)), failures.notDeleted);
    await table.write(
      update(updateKeys.updateText(id), { unset: ["deletedAt", "deletedBy"] }, isRecent),
      update(updateKeys.update(placeOf(text), id), { unset: ["deletedAt"] }, when(present, failures.missing)),
      UpdateRestored.record(text.organization, thing(text), actor),
      ...remember(info),
    );
    return info;
  },
);

/** Pins an update at the top of its place. Pinning it again changes nothing. */
export const pin = fn(
  "update.pin",
  {
    input: One,
    output: v.void(),
    failures: [failures.missing, failures.tooManyPins, Event.failures.repeated],
    reads: keyOfText,
  },
  async ({ update: id }, actor, [found]) => {
    const { text, row } = await visible(actor, found);
    // threat: a lead pins anywhere
    requireLed(actor, "update.pin", text.team);
    if (row.pinnedAt !== undefined) return;
    const hasRoom = when(
      // threat: a sixth update is pinned
      any(lacks("updates"), fewer("updates", maxPins), contains("updates", id)),
      failures.tooManyPins,
    );
    await table.write(
      update(updateKeys.update(placeOf(text), id), { set: { pinnedAt: instant() } }, isThere),
      update(updateKeys.pins(placeOf(text)), { add: { updates: new Set([id]) } }, hasRoom),
      ...stillLeads(actor, "update.pin", text.team),
      UpdatePinned.record(text.organization, thing(text), actor),
      ...remember(),
    );
  },
);

/** Unpins an update. Unpinning it again changes nothing. */
export const unpin = fn(
  "update.unpin",
  { input: One, output: v.void(), failures: [failures.missing, Event.failures.repeated], reads: keyOfText },
  async ({ update: id }, actor, [found]) => {
    const { text, row } = await visible(actor, found);
    requireLed(actor, "update.unpin", text.team);
    if (row.pinnedAt === undefined) return;
    await table.write(
      update(updateKeys.update(placeOf(text), id), { unset: ["pinnedAt"] }, when(present, failures.missing)),
      update(updateKeys.pins(placeOf(text)), { drop: { updates: new Set([id]) } }),
      ...stillLeads(actor, "update.unpin", text.team),
      UpdateUnpinned.record(text.organization, thing(text), actor),
      ...remember(),
    );
  },
);
