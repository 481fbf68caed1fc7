import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { resources } from "../kernel/ports.ts";

// Shapes

/** A page elsewhere that the operator recommends. */
export const Info = v.object({
  /** Its title. */
  title: v.string(),
  /** Its address, `https://…`. */
  url: v.string(),
  /** A description in one line. */
  description: v.string(),
});

/** The operator's resources. Those that are not set up are missing. */
export const Offered = v.object({
  /** The address where the desktop client is downloaded, `https://…`. */
  downloadUrl: v.optional(v.string()),
  /** The address that opens the installed desktop client; the scheme may be its own, as in `acme://link`. */
  launchUrl: v.optional(v.string()),
  /** The address where people get help, `https://…`. */
  supportUrl: v.optional(v.string()),
  /** Pages elsewhere, in the operator's order; there is no second page of this list. */
  items: v.array(Info),
});

// Functions

/** Returns the desktop client's addresses, support, and pages elsewhere, as this deployment is configured. */
export const list = fn("resource.list", { input: v.strictObject({}), output: Offered }, async () => resources());
