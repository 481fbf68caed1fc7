import type * as ID from "../base/id.ts";
import { inPart } from "../table/key-text.ts";
import type { Key, Range } from "../table/table.ts";
import type {
  ActivityRow,
  NewsRow,
  PinsRow,
  ReportedRow,
  UpdateRow,
  UpdateTermRow,
  UpdateTextRow,
  UpdateVersionRow,
  VisitRow,
} from "./row.ts";

type Account = ID.ID<"account">;
type Comment = ID.ID<"comment">;
type UpdateId = ID.ID<"update">;

/** A place where updates are posted: an organization, or one of its teams. */
export type Place = ID.ID<"organization"> | ID.ID<"team">;

export const updateKeys = {
  /** An update, with the start of its text. Streamed to views. */
  update: (place: Place, update: UpdateId): Key<UpdateRow> => inPart(place, "feed", update),
  /** Those of a place, or the ones that are older than another. */
  updates: (place: Place, before = "upd_~"): Range<UpdateRow> => ({
    pk: `${place}#feed`,
    from: "upd_",
    to: before,
  }),
  feed: (place: Place) => ({ pk: `${place}#feed` }),
  /** The pinned ones. */
  pins: (place: Place): Key<PinsRow> => inPart(place, "feed", "#pins"),
  /** Changes when something in it does. */
  news: (place: Place): Key<NewsRow> => inPart(place, "feed", "#news"),
  /** A word (`w:`), a tag (`t:`) or an author (`a:`) that finds an update. */
  updateTerm: (place: Place, term: string, update: UpdateId): Key<UpdateTermRow> =>
    inPart(place, "terms", `${term}#${update}`),
  /** Updates that have this term, or those of them that are older than another. */
  updatesWith: (place: Place, term: string, before = "upd_~"): Range<UpdateTermRow> => ({
    pk: `${place}#terms`,
    from: `${term}#upd_`,
    to: `${term}#${before}`,
  }),
  /** Those of longer terms that begin like this one, whose next character is a letter or a digit. */
  longerTerms: (place: Place, start: string): Range<UpdateTermRow> => ({
    pk: `${place}#terms`,
    // threat: a search reads the updates with exactly the word twice
    from: `${start}$`,
    to: `${start}\u{10ffff}`,
  }),
  termsIn: (place: Place) => ({ pk: `${place}#terms` }),
  ofUpdate: (update: UpdateId) => ({ pk: update }),
  /** Its whole text, and where it is. */
  updateText: (update: UpdateId): Key<UpdateTextRow> => ({ pk: update, sk: "#text" }),
  /** The text of an update before an edit. */
  updateVersion: (update: UpdateId, revision: number): Key<UpdateVersionRow> => ({
    pk: update,
    sk: `rev#${String(revision).padStart(6, "0")}`,
  }),
  updateVersions: (update: UpdateId): Range<UpdateVersionRow> => ({ pk: update, prefix: "rev#" }),
  /** A member's actions on an update, or on a comment below it. Streamed to views. */
  activity: (update: UpdateId, account: Account, comment?: Comment): Key<ActivityRow> => ({
    pk: update,
    sk: comment ? `${account}#${comment}` : account,
  }),
  /** The actions of one member on an update and its comments, or those of all. */
  activities: (update: UpdateId, account: Account | "acc_" = "acc_"): Range<ActivityRow> => ({
    pk: update,
    prefix: account,
  }),
  /** The reports of an update, or of a comment on it, that wait for a decision. */
  reported: (organization: ID.ID<"organization">, update: UpdateId, comment?: Comment): Key<ReportedRow> =>
    inPart(organization, "reported", comment ? `${update}#${comment}` : update),
  /** Those of an update and of its comments. */
  reportedOf: (organization: ID.ID<"organization">, update: UpdateId): Range<ReportedRow> => ({
    pk: `${organization}#reported`,
    prefix: update,
  }),
  reportedIn: (organization: ID.ID<"organization">): Range<ReportedRow> => ({ pk: `${organization}#reported` }),
  /** The time a member last looked at it. Expires after 90 days. */
  visit: (place: Place, account: Account): Key<VisitRow> => inPart(place, "feed", account),
};
