import { sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import * as ID from "../base/id.ts";
import { AppName, AppVersion, platforms, receiptStates } from "../device/shape.ts";
import { maxMessageLength } from "./limits.ts";

/** Reasons that a client does not follow a setting. */
export const refusalCodes = [
  "unknown_key",
  "needs_restart",
  "blocked_by_system",
  "version_too_old",
  "invalid_document",
  "other",
] as const;

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
/** The highest number with as many digits as a key has for it. */
const maxCount = 999_999_999_999;
const count = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(maxCount));

/** The content that a device has signed about one section of a document, or about itself. */
export const Receipt = v.object({
  seq: count(1),
  device: ID.schema("device"),
  organization: ID.schema("organization"),
  document: text(43),
  revision: count(0),
  heldBack: v.optional(count(1)),
  section: v.picklist([...sections, "device"]),
  state: v.picklist(receiptStates),
  code: v.optional(v.fallback(v.picklist(refusalCodes), "other")),
  message: v.optional(text(maxMessageLength)),
  key: v.optional(text(80)),
  app: AppName,
  appVersion: AppVersion,
  platform: v.picklist(platforms),
  at: v.pipe(v.string(), v.isoTimestamp()),
});
export type Receipt = v.InferOutput<typeof Receipt>;
