import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { update } from "../table/table.ts";
import { failures } from "./failures.ts";
import { updateKeys } from "./keys.ts";
import { keyOfText, requireVisible } from "./place.ts";

/** Mutes an update for me, or ends that: while it is muted, its comments and answers do not notify me. */
export const mute = fn(
  "update.mute",
  {
    input: v.strictObject({
      update: ID.schema("update"),
      /** True to mute it; otherwise its comments notify you again. */
      on: v.boolean(),
    }),
    output: v.void(),
    failures: [failures.missing],
    reads: keyOfText,
  },
  async ({ update: id, on }, actor, [text]) => {
    // threat: somebody learns of an update that they do not see by muting it
    await requireVisible(actor, text);
    const { organization, account } = actor;
    const key = updateKeys.activity(id, account);
    await table.write(
      update(key, on ? { set: { organization, isMuted: true } } : { set: { organization }, unset: ["isMuted"] }),
    );
  },
);
