import type { Fn } from "@muster/core/kernel/fn.ts";
import type * as v from "valibot";

/** A function of the domain, whatever it takes and answers. */
export type AnyFn = Fn<v.GenericSchema, v.GenericSchema>;
