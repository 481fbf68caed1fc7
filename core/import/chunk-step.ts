import type { ID } from "../base/id.ts";
import { type State, start } from "../reading/csv.ts";
import { absent, all, equal, put, type Step, update, when } from "../table/table.ts";
import { failures, ttl } from "./import.ts";
import { importKeys } from "./keys.ts";

/** Returns the step that makes a chunk pending: created in the first pass, and reset in a later one. */
export function chunkStep(
  id: ID<"import">,
  { number, pass, reader = start }: { number: number; pass: number; reader?: State },
): Step {
  const key = importKeys.chunk(id, number);
  if (pass === 1) return put(key, { state: "new", pass, reader, ttl: ttl() }, when(absent, failures.moved));
  const before = all(equal("state", "closed"), equal("pass", pass - 1));
  return update(key, { set: { state: "new", pass, ttl: ttl() } }, when(before, failures.moved));
}
