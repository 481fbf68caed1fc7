/** Errors in exactly the form in which the table's client reports them. */
import { Refused } from "@muster/core/table/client.ts";
import { type Input, inputOf } from "./table-call.ts";

const ongoing = "Transaction is ongoing for the item";
const exceeded = "Throughput exceeds the current capacity of your table or index.";

/** A canceled transaction, with one reason for each of its steps. */
export function canceled(codes: string[]): Refused {
  const message = `Transaction canceled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`;
  return new Refused(
    "TransactionCanceledException",
    message,
    400,
    codes.map((code) => ({ code })),
  );
}

export const conflicted = () => new Refused("TransactionConflictException", ongoing, 400);

/** One of the two ways in which DynamoDB throttles a call. */
export function throttled(first: boolean): Refused {
  const provisioned = "The level of configured provisioned throughput for the table was exceeded.";
  return first
    ? new Refused("ThrottlingException", exceeded, 400)
    : new Refused("ProvisionedThroughputExceededException", provisioned, 400);
}

/** A connection that breaks before the answer is read, as the SDK's HTTP handler reports it. */
export function lostAnswer(): Error {
  return Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
}

/** The first half of a batch, which is carried out, and the rest, which the answer lists as unprocessed. */
export function halved(input: Input): { kept: Input; left: Input } | undefined {
  const tables = Object.entries(inputOf(input.RequestItems));
  const kept: Input = {};
  const left: Input = {};
  for (const [table, input] of tables) {
    const rows = Array.isArray(input) ? input : inputOf(input).Keys;
    if (!Array.isArray(rows) || rows.length < 2) return undefined;
    const shape = (part: unknown[]) => (Array.isArray(input) ? part : { ...inputOf(input), Keys: part });
    kept[table] = shape(rows.slice(0, Math.ceil(rows.length / 2)));
    left[table] = shape(rows.slice(Math.ceil(rows.length / 2)));
  }
  return { kept: { ...input, RequestItems: kept }, left };
}
