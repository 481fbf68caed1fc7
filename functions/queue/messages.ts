import { parse } from "@muster/core/base/valid.ts";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type * as v from "valibot";
import { each } from "../batch.ts";

/** Processes a queue's messages; one of another shape fails until it is a dead letter. */
export function messages<S extends v.GenericSchema>(
  event: SQSEvent,
  shape: S,
  work: (message: v.InferOutput<S>) => Promise<unknown>,
): Promise<SQSBatchResponse> {
  return each(
    event.Records,
    (record) => record.messageId,
    async (record) => work(parse(shape, JSON.parse(record.body))),
  );
}
