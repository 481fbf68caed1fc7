import { s3 } from "@muster/core/bucket/s3.ts";
import { arrive } from "@muster/core/import/arrive.ts";
import { Job, work } from "@muster/core/import/work.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bind, now } from "@muster/core/kernel/ports.ts";
import * as Purge from "@muster/core/purge/run.ts";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { boot } from "../boot.ts";
import { config } from "../config.ts";
import { messages } from "../queue/messages.ts";

/** The maximum duration of reading a chunk, or of one write and its retries. */
const reserveMs = 15_000;
/** After this time an import is queued again behind the others, so that small ones don't wait for large ones. */
const runMs = 10_000;

/** The part of S3's event that Muster reads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const Created = v.object({
  source: v.literal("aws.s3"),
  "detail-type": v.literal("Object Created"),
  detail: v.object({ object: v.object({ key: v.string(), sequencer: v.string() }) }),
});
const Message = v.union([Job, Purge.Job, Created]);

boot();
bind({ bucketObjects: s3(config(["MUSTER_BUCKET"]).MUSTER_BUCKET) });

/**
 * Handles uploaded files, the jobs of their imports, and purges, which delete files: everything that needs the bucket.
 * What is not done by the deadline is queued again, and so is not an error.
 */
export async function handler(
  event: SQSEvent,
  context: Pick<Context, "getRemainingTimeInMillis">,
): Promise<SQSBatchResponse> {
  const until = now().getTime() + Math.min(runMs, context.getRemainingTimeInMillis() - reserveMs);
  return asSystem("imports", () => messages(event, Message, take), until);
}

function take(message: v.InferOutput<typeof Message>): Promise<unknown> {
  if ("job" in message) return message.job === "purge" ? Purge.run(message) : work(message);
  const { key, sequencer } = message.detail.object;
  return arrive({ key, sequencer });
}
