/** What meter and faults know of the AWS SDK's commands, as a middleware at the step "initialize" sees them. */

export type Input = Record<string, unknown>;

export type Step = {
  do: string;
  pk: unknown;
  sk: unknown;
};

const reads = ["GetItemCommand", "BatchGetItemCommand", "QueryCommand", "ScanCommand", "TransactGetItemsCommand"];
const singleWrites = ["PutItemCommand", "UpdateItemCommand", "DeleteItemCommand"];
const writes = [...singleWrites, "BatchWriteItemCommand", "TransactWriteItemsCommand"];

/** The plain client's name of the command, also for those of the document client. */
export const commandOf = (context: { commandName?: string }): string => context.commandName ?? "";

export const isTableCommand = (command: string) => reads.includes(command) || writes.includes(command);
export const isWrite = (command: string) => writes.includes(command);
export const isSingleWrite = (command: string) => singleWrites.includes(command);
export const isTransaction = (command: string) => command === "TransactWriteItemsCommand";

export const inputOf = (input: unknown): Input => (isRecord(input) ? input : {});
export const answerOf = (output: unknown): Input => (isRecord(output) ? output : {});

/** The rows that a write touches, in order. */
export function stepsOf(command: string, input: Input): Step[] {
  if (isSingleWrite(command)) return [step(command.replace("ItemCommand", ""), input)];
  if (command === "TransactWriteItemsCommand") return listOf(input.TransactItems).flatMap(namedStep);
  if (command === "BatchWriteItemCommand") {
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
