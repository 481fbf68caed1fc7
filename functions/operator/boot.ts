import { bind } from "@muster/core/kernel/ports.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { config } from "../config.ts";

/** Binds the table alone: whatever else follows from what an operator does, the stream sets off. */
export function boot(): void {
  const { MUSTER_TABLE } = config(["MUSTER_TABLE"]);
  bind({ table: dynamo(connect(), MUSTER_TABLE) });
}
