import type { Ports } from "@muster/core/kernel/ports.ts";
import { log } from "./log.ts";

/** Logs what this release cannot read of a stored row, and which release that is. An alarm counts these lines. */
export const logFaults = (release: string): Ports["faults"] => ({
  report: (fault) => log.error("A stored row cannot be read whole.", { fault, release }),
});
