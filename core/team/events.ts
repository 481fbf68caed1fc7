import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";
import { teamPostings, teamVisibilities } from "./shape.ts";

const team = ID.schema("team");
const Named = v.object({ team, name: v.string() });
const Moved = v.object({ team, name: v.string(), accounts: v.array(ID.schema("account")) });

const Lead = v.object({ team, name: v.string(), account: ID.schema("account") });

export const TeamCreated = Event.define("team.created", Named);
export const TeamRenamed = Event.define("team.renamed", v.object({ team, from: v.string(), to: v.string() }));
export const TeamDescribed = Event.define("team.described", Named);
export const TeamPostingChanged = Event.define(
  "team.posting_changed",
  v.object({ ...Named.entries, posting: known(teamPostings) }),
);
export const TeamVisibilityChanged = Event.define(
  "team.visibility_changed",
  v.object({ ...Named.entries, visibility: known(teamVisibilities) }),
);
export const TeamDeleted = Event.define("team.deleted", Named);
export const TeamJoined = Event.define("team.joined", Moved);
export const TeamLeft = Event.define("team.left", Moved);
export const TeamLeadAdded = Event.define("team.lead_added", Lead);
export const TeamLeadRemoved = Event.define("team.lead_removed", Lead);
