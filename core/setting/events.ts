import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { sections } from "./shape.ts";

// values may be about people, and a log is never erased
/** Settings are saved. */
export const SettingSaved = Event.define(
  "setting.saved",
  v.object({
    /** The section. */
    section: known(sections),
    /** The team, if its own settings changed. */
    team: v.optional(ID.schema("team")),
    /** The revision after the change. */
    revision: Integer,
    /** The fields that changed. The history has their values. */
    fields: v.array(v.string()),
  }),
);
