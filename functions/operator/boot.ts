import { bind } from "@muster/core/kernel/ports.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { boot as bootAll } from "../boot.ts";
import { config } from "../config.ts";
import { openSecrets } from "../secrets.ts";
import { bindStripe } from "../stripe.ts";
import { asksStripe, type Name } from "./arguments.ts";

/**
 * Binds the table alone, and nothing for what is done to the secrets: whatever else follows from what an operator does, the stream sets off. What asks Stripe is done
 * as the clock does it, and so in the clock's environment: another plan or price would be judged by otherwise.
 */
export async function boot(name: Name): Promise<void> {
  if (name === "secrets") return;
  const { MUSTER_TABLE } = config(["MUSTER_TABLE"]);
  if (!asksStripe(name)) return bind({ table: dynamo(connect(), MUSTER_TABLE) });
  const state = await bindStripe(openSecrets())();
  if (state.is === "unusable") throw state.fault;
  if (state.is === "absent") throw new Error("This deployment has no Stripe: its secrets hold no key.");
  bootAll();
}
