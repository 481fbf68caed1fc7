/** Errors in exactly the form in which the AWS SDK reports them. */
import {
  ProvisionedThroughputExceededException,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import { type Input, inputOf } from "./sdk-command.ts";

const $metadata = { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 };

/** A canceled transaction, with one reason for each of its steps. */
export function canceled(codes: string[]): TransactionCanceledException {
  return new TransactionCanceledException({
    $metadata,
    message: `Transaction canceled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`,
    CancellationReasons: codes.map((Code) => (Code === "None" ? { Code } : { Code, Message: messages[Code] })),
  });
}

const messages: Record<string, string> = {
  TransactionConflict: "Transaction is ongoing for the item",
  ThrottlingError: "Throughput exceeds the current capacity of your table or index.",
};

export function conflicted(): TransactionConflictException {
  return new TransactionConflictException({ $metadata, message: "Transaction is ongoing for the item" });
}

/** One of the two ways in which DynamoDB throttles a call. */
export function throttled(first: boolean): Error {
  return first
    ? new ThrottlingException({ $metadata, message: "Throughput exceeds the current capacity of your table or index." })
    : new ProvisionedThroughputExceededException({
        $metadata,
        message: "The level of configured provisioned throughput for the table was exceeded.",
      });
}

/** A connection that breaks before the answer is read, as the SDK's HTTP handler reports it. */
export function lostAnswer(): Error {
  return Object.assign(new Error("socket hang up"), {
    name: "TimeoutError",
    code: "ECONNRESET",
    $metadata: { attempts: 1, totalRetryDelay: 0 },
  });
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
