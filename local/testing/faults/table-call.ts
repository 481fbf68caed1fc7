import type { Operation, TableClient } from "@muster/core/table/client.ts";

/** The parts of the table's calls that meter and faults know. */

export type Input = Record<string, unknown>;

export type Step = {
  do: string;
  pk: unknown;
  sk: unknown;
};

/** A call whose input and answer are looked at without their types. */
export type AnyCall = (operation: Operation, input: Input) => Promise<Input>;

/** Runs code around every call of the client, from now on, also around what was wrapped before. */
export function around(client: TableClient, wrap: (next: AnyCall) => AnyCall): void {
  client.call = wrap(client.call as AnyCall);
}

const singleWrites: readonly Operation[] = ["PutItem", "UpdateItem", "DeleteItem"];

export const isSingleWrite = (operation: Operation) => singleWrites.includes(operation);
export const isTransaction = (operation: Operation) => operation === "TransactWriteItems";
export const isWrite = (operation: Operation) =>
  isSingleWrite(operation) || isTransaction(operation) || operation === "BatchWriteItem";

export const inputOf = (input: unknown): Input => (isRecord(input) ? input : {});

/** The rows that a write touches, in order. */
export function stepsOf(operation: Operation, input: Input): Step[] {
  if (isSingleWrite(operation)) return [step(operation.replace("Item", ""), input)];
  if (isTransaction(operation)) return listOf(input.TransactItems).flatMap(namedStep);
  if (operation === "BatchWriteItem") {
    return Object.values(inputOf(input.RequestItems)).flatMap(listOf).flatMap(namedStep);
  }
  return [];
}

export function listOf(value: unknown): Input[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** `{ Put: { Item } }`, `{ DeleteRequest: { Key } }` and their like. */
const namedStep = (named: Input): Step[] =>
  Object.entries(named).flatMap(([name, request]) =>
    isRecord(request) ? [step(name.replace("Request", ""), request)] : [],
  );

function step(name: string, request: Input): Step {
  const key = inputOf(request.Key ?? request.Item);
  return { do: name, pk: key.pk, sk: key.sk };
}

function isRecord(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
