import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";
import { teamPostings, teamVisibilities } from "./shape.ts";

/** The team. */
const team = ID.schema("team");
/** The name of the team. */
const name = v.string();
const Named = v.object({ team, name });
const Moved = v.object({
  team,
  name,
  /** The accounts of the members. */
  accounts: v.array(ID.schema("account")),
});
const Lead = v.object({
  team,
  name,
  /** The account of the member. */
  account: ID.schema("account"),
});

/** A team is created. */
export const TeamCreated = Event.define("team.created", Named);
/** A team is renamed. */
export const TeamRenamed = Event.define(
  "team.renamed",
  v.object({
    team,
    /** The name before. */
    from: name,
    /** The name after. */
    to: name,
  }),
);
/** The description of a team changes. */
export const TeamDescribed = Event.define("team.described", Named);
/** The posting of a team changes: its members, or its leads only, post updates. */
export const TeamPostingChanged = Event.define(
  "team.posting_changed",
  v.object({
    team,
    name,
    /** Its `members`, or its `leads` only. */
    posting: known(teamPostings),
  }),
);
/** The visibility of a team changes. What people saw before is not undone. */
export const TeamVisibilityChanged = Event.define(
  "team.visibility_changed",
  v.object({
    team,
    name,
    /** `open` to the organization, or `private`. */
    visibility: known(teamVisibilities),
  }),
);
/** A team is deleted. */
export const TeamDeleted = Event.define("team.deleted", Named);
/** Members are added to a team. */
export const TeamJoined = Event.define("team.joined", Moved);
/** Members leave a team or are removed from it. */
export const TeamLeft = Event.define("team.left", Moved);
/** A member of a team becomes one of its leads. */
export const TeamLeadAdded = Event.define("team.lead_added", Lead);
/** A member of a team no longer leads it, and stays in it. */
export const TeamLeadRemoved = Event.define("team.lead_removed", Lead);
