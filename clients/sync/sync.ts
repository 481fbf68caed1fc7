// What @muster/sync exports.
export { type FieldKey, type Section, sections, type ValueOf } from "@muster/settings/fields.ts";
export { type Client, type Options, type Secret, start } from "./client.ts";
export type { Change, Events, Halt, Handlers, Problem, Report, Wiped } from "./events.ts";
export type { Outcome } from "./follower.ts";
export { KeysDamaged, NotLinked } from "./identity.ts";
export { inspect } from "./inspect.ts";
export { fileKeyStore, type KeyStore } from "./key-store.ts";
export {
  type Code,
  LinkError,
  type LinkErrorCode,
  type Linked,
  type LinkOptions,
  link,
  linkWithBrowser,
} from "./link.ts";
export { Locked } from "./lock.ts";
export type { ReceiptCode } from "./receipts.ts";
export type { RefusalCode } from "./refusal.ts";
export type { Status } from "./status.ts";
export type { System } from "./system.ts";
export { type UnlinkOptions, unlink } from "./unlink.ts";
export type { Mode, Why } from "./values.ts";
