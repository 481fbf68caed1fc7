import type * as ID from "../base/id.ts";
import type { CommentRow } from "../comment/row.ts";
import type * as Update from "../update/row.ts";
import { inPart } from "./key-text.ts";
import type { Key, Range } from "./table.ts";

type Account = ID.ID<"account">;
type Comment = ID.ID<"comment">;
type UpdateId = ID.ID<"update">;
/** Where updates are posted: an organization, or one of its teams. */
export type Place = ID.ID<"organization"> | ID.ID<"team">;

/** Those of updates and comments. The picture is in keys.ts. */
export const updateKeys = {
  update: (place: Place, update: UpdateId): Key<Update.UpdateRow> => inPart(place, "feed", update),
  /** Those of a place, or the ones that are older than another. */
  updates: (place: Place, before = "upd_~"): Range<Update.UpdateRow> => ({
    pk: `${place}#feed`,
    from: "upd_",
    to: before,
  }),
  feed: (place: Place) => ({ pk: `${place}#feed` }),
  pins: (place: Place): Key<Update.PinsRow> => inPart(place, "feed", "#pins"),
  news: (place: Place): Key<Update.NewsRow> => inPart(place, "feed", "#news"),
  updateTerm: (place: Place, term: string, update: UpdateId): Key<Update.UpdateTermRow> =>
    inPart(place, "terms", `${term}#${update}`),
  /** Updates that have this term, or those of them that are older than another. */
  updatesWith: (place: Place, term: string, before = "upd_~"): Range<Update.UpdateTermRow> => ({
    pk: `${place}#terms`,
    from: `${term}#upd_`,
    to: `${term}#${before}`,
  }),
  /** Those of longer terms that begin like this one, whose next character is a letter or a digit. */
  longerTerms: (place: Place, start: string): Range<Update.UpdateTermRow> => ({
    pk: `${place}#terms`,
    // threat: a search reads the updates with exactly the word twice
    from: `${start}$`,
    to: `${start}\u{10ffff}`,
  }),
  termsIn: (place: Place) => ({ pk: `${place}#terms` }),
  ofUpdate: (update: UpdateId) => ({ pk: update }),
  updateText: (update: UpdateId): Key<Update.UpdateTextRow> => ({ pk: update, sk: "#text" }),
  updateVersion: (update: UpdateId, revision: number): Key<Update.UpdateVersionRow> => ({
    pk: update,
    sk: `rev#${String(revision).padStart(6, "0")}`,
  }),
  updateVersions: (update: UpdateId): Range<Update.UpdateVersionRow> => ({ pk: update, prefix: "rev#" }),
  comment: (update: UpdateId, comment: Comment): Key<CommentRow> => ({ pk: update, sk: comment }),
  comments: (update: UpdateId): Range<CommentRow> => ({ pk: update, prefix: "com_" }),
  /** What a member did with an update, or with a comment below it. */
  activity: (update: UpdateId, account: Account, comment?: Comment): Key<Update.ActivityRow> => ({
    pk: update,
    sk: comment ? `${account}#${comment}` : account,
  }),
  /** What one member did with an update and its comments, or what all did. */
  activities: (update: UpdateId, account: Account | "acc_" = "acc_"): Range<Update.ActivityRow> => ({
    pk: update,
    prefix: account,
  }),
  /** The reports of an update, or of a comment on it. */
  reported: (organization: ID.ID<"organization">, update: UpdateId, comment?: Comment): Key<Update.ReportedRow> =>
    inPart(organization, "reported", comment ? `${update}#${comment}` : update),
  /** Those of an update and of its comments. */
  reportedOf: (organization: ID.ID<"organization">, update: UpdateId): Range<Update.ReportedRow> => ({
    pk: `${organization}#reported`,
    prefix: update,
  }),
  reportedIn: (organization: ID.ID<"organization">): Range<Update.ReportedRow> => ({ pk: `${organization}#reported` }),
  visit: (place: Place, account: Account): Key<Update.VisitRow> => inPart(place, "feed", account),
};
