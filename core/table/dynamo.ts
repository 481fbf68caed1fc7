import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { implied } from "../base/failure.ts";
import { fromAttributes, toAttributes } from "./attribute-values.ts";
import { type Operations, type Reason, Refused, type TableClient } from "./client.ts";
import { limitConcurrency } from "./concurrency.ts";
import { plainKey, queryRequest, type Request, stepRequest } from "./request.ts";
import { index, keysTable } from "./schema.ts";
import { type Item, type Key, type Projection, rowName, type Step, type Table, typed } from "./table.ts";

const tries = 14;
const firstWaitMs = 20;
const maxWaitMs = 1000;
/** The number of the client's connections. */
const callsAtOnce = 50;

/**
 * The vocabulary over DynamoDB; the only file of core that calls it. The client sends each call once: only this file
 * knows whether repeating one is safe. `name` is the main table's; the table of data keys is beside it.
 */
export function dynamo(client: TableClient, name: string): Table {
  const limited = limitConcurrency(callsAtOnce);
  const calling = <R>(call: () => Promise<R>, onDoubt?: () => void) => patiently(() => limited(call), onDoubt);
  // threat: data keys are stored in the main table, whose backups keep them
  const nameOf = ({ table }: Pick<Key, "table">) => (table ? keysTable(name) : name);

  return typed({
    async get(key) {
      const { Item } = await calling(() =>
        client.call("GetItem", { TableName: nameOf(key), Key: plainKey(key), ConsistentRead: true }),
      );
      return Item;
    },

    async getMany(keys, { consistent = true } = {}) {
      const found = new Map<string, Item>();
      const distinct = [...new Map(keys.map((key) => [rowName(key), key])).values()];
      await Promise.all(
        inParts(distinct, 100).map(async (part) => {
          await untilDone<Key>(part, async (wanted) => {
            const places = [...new Map(wanted.map((key) => [nameOf(key), key.table]))];
            const requests = places.map(([table]) => {
              const Keys = wanted.filter((key) => nameOf(key) === table).map(plainKey);
              return [table, { Keys, ConsistentRead: consistent }] as const;
            });
            const input = { RequestItems: Object.fromEntries(requests) };
            const output = await calling(() => client.call("BatchGetItem", input));
            return places.flatMap(([name, table]) => {
              const within = (row: Item): Key => ({ ...plainKey(row as Key), ...(table && { table }) });
              for (const item of output.Responses?.[name] ?? []) found.set(rowName(within(item)), item);
              return (output.UnprocessedKeys?.[name]?.Keys ?? []).map(within);
            });
          });
        }),
      );
      return keys.map((key) => found.get(rowName(key)));
    },

    async query(query) {
      const place = "list" in query ? { TableName: name, IndexName: index } : { TableName: nameOf(query) };
      const input = { ...place, ...queryRequest(query) };
      const output = await calling(() => client.call("Query", input));
      return { items: output.Items ?? [], next: output.LastEvaluatedKey };
    },

    async write(...steps) {
      const [step] = steps;
      if (!step) return;
      if (steps.length === 1 && step.do !== "check") return void (await single(step));
      await transaction(steps);
    },

    change: (step) => single(step),

    async project(rows) {
      for (const part of inParts(rows, 25)) {
        await untilDone<BatchItem>(part.map(batchRequest), async (items) => {
          const input = { RequestItems: { [name]: items } };
          const output = await calling(() => client.call("BatchWriteItem", input));
          return output.UnprocessedItems?.[name] ?? [];
        });
      }
    },
  });

  /** The same bytes and token each time: however often it is sent, it is written once and answered the same. */
  async function transaction(steps: Step[]) {
    const input = {
      TransactItems: steps.map((step) => transactItem(step, { TableName: nameOf(step.key), ...stepRequest(step) })),
      // threat: a lost answer of a transaction writes twice
      ClientRequestToken: randomUUID(),
    };
    try {
      await calling(() => client.call("TransactWriteItems", input));
    } catch (error) {
      throw refusal(steps, reasonsOf(error)) ?? error;
    }
  }

  /** One conditional request. After a lost answer, a refusal because of the very row that was written means success. */
  async function single(step: Exclude<Step, { do: "check" }>): Promise<Item> {
    const input = { TableName: nameOf(step.key), ...stepRequest(step) };
    let uncertain = false;
    try {
      return await calling<Item>(
        () => send(step, input),
        () => {
          uncertain = true;
        },
      );
    } catch (error) {
      const reasons = reasonsOf(error);
      const found = reasons[0]?.item;
      // threat: a lost answer of a put looks like somebody else's row
      if (uncertain && found && isOwn(step, found)) return found;
      throw refusal([step], reasons) ?? error;
    }
  }

  async function send(step: Exclude<Step, { do: "check" }>, input: Request & { TableName: string }): Promise<Item> {
    switch (step.do) {
      case "put":
        await client.call("PutItem", input as Operations["PutItem"]["input"]);
        return step.item;
      case "update": {
        const command = { ...input, ReturnValues: "ALL_NEW" } as Operations["UpdateItem"]["input"];
        return (await client.call("UpdateItem", command)).Attributes ?? {};
      }
      case "remove":
        await client.call("DeleteItem", input as Operations["DeleteItem"]["input"]);
        return {};
    }
  }
}

/** Retries what certainly or possibly did not happen, with jitter and a limit. `onDoubt` is called for lost answers. */
async function patiently<R>(call: () => Promise<R>, onDoubt?: () => void): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const fault = classify(error);
      if (fault === "final") throw error;
      if (fault === "doubt") onDoubt?.();
      if (attempt === tries) throw (fault === "conflict" ? implied.contended : implied.busy)({ cause: error });
      await sleep(wait(attempt));
    }
  }
}

/** Retries what a batch left undone, which DynamoDB returns instead of an error. */
async function untilDone<T>(batch: T[], call: (batch: T[]) => Promise<T[]>): Promise<void> {
  for (let round = 1, left = batch; left.length > 0; round++) {
    if (round > tries) throw implied.busy();
    if (round > 1) await sleep(wait(round - 1));
    left = await call(left);
  }
}

const wait = (attempt: number) => Math.random() * Math.min(maxWaitMs, firstWaitMs * 2 ** (attempt - 1));

const conflicts = ["TransactionConflict", "TransactionConflictException", "TransactionInProgressException"];
const throttles = [
  "ThrottlingError",
  "ThrottlingException",
  "Throttling",
  "RequestLimitExceeded",
  "ProvisionedThroughputExceeded",
  "ProvisionedThroughputExceededException",
];

/** `conflict` and `busy` did not happen; after `doubt` the result is unknown; `final` will not change by retrying. */
function classify(error: unknown): "final" | "conflict" | "busy" | "doubt" {
  if (!(error instanceof Refused)) {
    const { name, code } = error as { name?: string; code?: string };
    // threat: a crash or a bug is retried
    return name === "TimeoutError" || isOfSystem(code) ? "doubt" : "final";
  }
  const codes = [error.name, ...error.reasons.map(({ code }) => code)];
  if (codes.some((one) => one.startsWith("ConditionalCheckFailed"))) return "final";
  // threat: a conflict is reported to the caller
  if (codes.some((one) => conflicts.includes(one))) return "conflict";
  if (codes.some((one) => throttles.includes(one))) return "busy";
  // threat: a failure of the server is not taken for a lost answer
  return error.status >= 500 ? "doubt" : "final";
}

/** ECONNRESET and its like. Codes that begin with ERR_ are Node's own, and mean a bug. */
const isOfSystem = (code = "") => code.startsWith("E") && !code.startsWith("ERR_");

const reasonsOf = (error: unknown): readonly Reason[] => (error instanceof Refused ? error.reasons : []);

/** A canceled transaction lists its reasons by position, and each step carries its failure. */
function refusal(steps: Step[], reasons: readonly Reason[]) {
  const at = reasons.findIndex(({ code }) => code === "ConditionalCheckFailed");
  const otherwise = steps[at]?.guard?.otherwise;
  if (!otherwise) return undefined;
  return "code" in otherwise ? otherwise() : otherwise(reasons[at]?.item as never);
}

function isOwn(step: Step, found: Item): boolean {
  if (step.do === "put") return isDeepStrictEqual(found, stored({ ...step.item, ...plainKey(step.key) }));
  if (step.do !== "update" || step.change.add || step.change.drop) return false;
  const { set = {}, unset = [] } = step.change;
  return (
    Object.entries(stored(set)).every(([attribute, value]) => isDeepStrictEqual(found[attribute], value)) &&
    unset.every((attribute) => !(attribute in found))
  );
}

/** An item as the table returns it. */
const stored = (item: Item): Item => fromAttributes(toAttributes(item));

function transactItem(step: Step, request: Request & { TableName: string }) {
  type Items = NonNullable<Operations["TransactWriteItems"]["input"]["TransactItems"]>;
  const name = { put: "Put", update: "Update", remove: "Delete", check: "ConditionCheck" }[step.do];
  return { [name]: request } as Items[number];
}

type BatchItem = NonNullable<Operations["BatchWriteItem"]["input"]["RequestItems"]>[string][number];

const batchRequest = (row: Projection): BatchItem =>
  "put" in row ? { PutRequest: { Item: row.put } } : { DeleteRequest: { Key: row.remove } };

function inParts<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
