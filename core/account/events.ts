import * as v from "valibot";
import * as Event from "../kernel/event.ts";

const Change = v.optional(v.object({ from: v.string(), to: v.string() }));

export const AccountUpdated = Event.define(
  "account.updated",
  v.object({ name: Change, color: Change, locale: Change, zone: Change }),
);
export const AccountDeleted = Event.define("account.deleted", v.object({}));
