import { randomUUID } from "node:crypto";

/** The operation that created an object, in S3's terms. */
export type Reason = "PutObject" | "POST Object" | "CopyObject" | "CompleteMultipartUpload";

/** The event as EventBridge delivers it. It has the key unencoded, unlike a URL. */
export type CreatedEvent = {
  version: "0";
  id: string;
  "detail-type": "Object Created";
  source: "aws.s3";
  account: string;
  /** ISO 8601, in whole seconds. */
  time: string;
  region: string;
  resources: string[];
  detail: {
    version: "0";
    bucket: { name: string };
    object: { key: string; size: number; etag: string; sequencer: string };
    "request-id": string;
    requester: string;
    "source-ip-address": string;
    reason: Reason;
  };
};

export type Occasion = {
  bucket: string;
  region: string;
  reason: Reason;
  requestId: string;
  caller: string;
  /** In ms. */
  at: number;
  /** Grows with every object, so that two events of one key can be ordered. */
  sequence: number;
};

const account = "000000000000";

export function createdEvent(object: { key: string; size: number; etag: string }, occasion: Occasion): CreatedEvent {
  const { bucket, region, reason, requestId, caller, at, sequence } = occasion;
  const { key, size, etag } = object;
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account,
    time: new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size, etag, sequencer: sequence.toString(16).toUpperCase().padStart(18, "0") },
      "request-id": requestId,
      requester: account,
      "source-ip-address": caller,
      reason,
    },
  };
}
