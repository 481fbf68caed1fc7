// What @muster/sync exports.
export { type Client, NotLinked, type Options, type Secret, start, unlink } from "./client.ts";
export type { Change, Events, Halt, Problem, Report, Wiped } from "./events.ts";
export type { Outcome } from "./follower.ts";
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
export type { Mode, Why } from "./values.ts";
