import { bind } from "@muster/core/kernel/ports.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { boot as bootAll } from "../boot.ts";
import { config } from "../config.ts";
import { logFaults } from "../faults.ts";
import { openSecrets } from "../secrets.ts";
import { bindStripe } from "../stripe.ts";
import { asksStripe, type Name } from "./arguments.ts";

/**
 * Binds only the table, and nothing for commands on secrets: the stream triggers everything that follows from a
 * command. Commands that call Stripe work like the clock, and so need the clock's environment: with other plans or
 * prices they would decide differently.
 */
export async function boot(name: Name): Promise<void> {
  if (name === "secrets") return;
  const { MUSTER_TABLE, MUSTER_RELEASE } = config(["MUSTER_TABLE", "MUSTER_RELEASE"]);
  // threat: no fault is logged for rows that a command of the operator cannot read
  if (!asksStripe(name)) return bind({ table: dynamo(connect(), MUSTER_TABLE), faults: logFaults(MUSTER_RELEASE) });
  const state = await bindStripe(openSecrets())();
  if (state.is === "unusable") throw state.fault;
  if (state.is === "absent") throw new Error("This deployment has no Stripe: its secrets have no key.");
  bootAll();
}
