import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { fn } from "../kernel/fn.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { describe, type Entry } from "./entry.ts";
import { open } from "./long-lists.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import { readRows, rows } from "./organization-rows.ts";

// The one list that is answered by itself.

// Shapes

/** The websites that an organization denies. */
export const Websites = v.object({
  /** Sorted by name. */
  websites: v.array(v.string()),
  /** True if the organization has a list at all. Without one the layers above decide. */
  isSet: v.boolean(),
  /** True if nobody may change the list for themselves. */
  isLocked: v.boolean(),
  /** True if the list cannot be read, so that `*` stands for every website. */
  isDamaged: v.optional(v.boolean()),
  /** The revision of the organization's settings. */
  revision: Integer,
});

// Functions

/** Returns all denied websites, however many. */
export const getWebsites = fn(
  "setting.getWebsites",
  { input: v.strictObject({}), output: Websites, failures: [organizationFailures.missing], reads: rows },
  async (_, { organization }, all) => {
    const read = readRows(all);
    const opened = await open(organization, read.layers.websites.stored);
    const { value, isLocked, isDamaged } = (describe(opened)["websites.denied"] ?? {}) as Partial<Entry>;
    return {
      websites: Array.isArray(value) ? value : [],
      isSet: value !== undefined,
      isLocked: isLocked === true,
      ...(isDamaged && { isDamaged }),
      revision: OrganizationLayer.describe(read).revision,
    };
  },
);
