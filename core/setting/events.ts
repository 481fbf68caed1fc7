import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { sections } from "./shape.ts";

/** The event has no values: they may be about people, and a log is never erased. The history has them. */
export const SettingSaved = Event.define(
  "setting.saved",
  v.object({
    section: known(sections),
    /** The team whose overrides were changed. */
    team: v.optional(ID.schema("team")),
    revision: Integer,
    fields: v.array(v.string()),
  }),
);
