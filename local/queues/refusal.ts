/** A refusal of a request by SQS, with its names in the JSON protocol and in the older query protocol. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly type: string;
  readonly code: string;

  constructor(type: string, code: string, message: string) {
    super(message);
    this.type = type;
    this.code = code;
  }
}

export const noSuchQueue = () =>
  new Refusal(
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
    "The specified queue does not exist or you do not have access to it.",
  );
export const badHandle = (handle: unknown) =>
  new Refusal(
    "ReceiptHandleIsInvalid",
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${String(handle)}" is not valid.`,
  );
export const notInFlight = () =>
  new Refusal("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", "The message is not in flight.");
export const missing = (name: string) =>
  new Refusal("MissingParameter", "MissingParameter", `The request must contain the parameter ${name}.`);
export const invalid = (message: string) => new Refusal("InvalidParameterValue", "InvalidParameterValue", message);
export const emptyBatch = () =>
  new Refusal("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", "There should be at least one entry.");
export const longBatch = () =>
  new Refusal(
    "TooManyEntriesInBatchRequest",
    "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
    "Maximum number of entries per request are 10.",
  );
export const repeatedIds = () =>
  new Refusal("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Ids must be distinct.");
export const unsupported = (operation: string) =>
  new Refusal(
    "UnsupportedOperation",
    "AWS.SimpleQueueService.UnsupportedOperation",
    `${operation} is not served here.`,
  );
