import * as v from "valibot";
import { id, row } from "../base/row.ts";

/** A data key, wrapped by the deployment's wrapping key. What it sealed cannot be read any more once this row is gone. */
export const DataKeyRow = row({
  pk: id("organization"),
  sk: id("dataKey"),
  wrapped: v.string(),
  createdAt: v.string(),
  /** The rotation of the wrapping key that wrapped it last. */
  rotation: v.optional(v.string()),
});
export type DataKeyRow = v.InferInput<typeof DataKeyRow>;
