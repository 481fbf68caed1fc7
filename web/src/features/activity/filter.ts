import { type Subject, subjects } from "@muster/core/catalog/subjects.ts";

/** A choice of activity, as it is in the URL: about a subject, of a person. */
export type ActivityFilter = { about?: Subject | undefined; of?: string | undefined };

/** The filter of the activity in the URL; invalid parts are ignored. */
export function readActivityFilter(search: Record<string, unknown>): ActivityFilter {
  const about = subjects.find((one) => one === search["about"]);
  const of = search["of"];
  return { ...(about && { about }), ...(typeof of === "string" && /^acc_\w{1,40}$/.test(of) && { of }) };
}
