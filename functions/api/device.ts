import * as Departure from "@muster/core/departure/departure.ts";
import * as Approve from "@muster/core/device/approve.ts";
import { authorize } from "@muster/core/device/authorize.ts";
import * as Device from "@muster/core/device/device.ts";
import { exchange } from "@muster/core/device/exchange.ts";
import { exportPart } from "@muster/core/device/export.ts";
import { mark } from "@muster/core/device/mark.ts";
import * as Organization from "@muster/core/device/organization.ts";
import { summarize } from "@muster/core/device/summary.ts";
import { listReceipts } from "@muster/core/sync/received.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import type { Env } from "./env.ts";
import { command, download, query } from "./operation.ts";
import { noOther } from "./unrouted.ts";

export const deviceAuthorization = new Hono<Env>()
  /**
   * Start linking a device. Returns a device code for the client, and a user code that a member enters on the
   * approval page (RFC 8628). Both work for {device.codeMinutes} minutes. A client on a computer with a browser sends
   * a challenge instead of asking again and again (RFC 8252, RFC 7636).
   */
  .post("/", command(authorize, { id: "requestDeviceCode", isOAuth: true }))
  /** Show which device waits with a code. Shows what someone would approve. Wrong codes are limited. */
  .post("/review", command(Approve.review, { id: "reviewDevice" }))
  /** Approve a device. The device is linked to you in the organization, and gets its settings. */
  .post("/approve", command(Approve.approve, { id: "approveDevice" }))
  /** Deny a device. Its client learns that, and gets nothing. */
  .post("/deny", command(Approve.deny, { id: "denyDevice" }));

export const deviceToken = new Hono<Env>()
  /**
   * Get the token of a device. Until a member has approved the device, fails with `device.authorization_pending`; ask
   * again after the interval. An answer that was lost is given again for {device.repeatSeconds} seconds, until the token is first used.
   */
  .post("/", command(exchange, { id: "createDeviceToken", isOAuth: true }));

/** Those of the account. */
export const devices = new Hono<Env>()
  /** List your devices. Oldest first, in all your organizations. */
  .get("/", query(Device.mine, { id: "listMyDevices" }))
  /** Change one of your devices. Its name, or whether it is a canary. Owners and admins see both. */
  .patch("/:device", command(Device.rename, { id: "updateMyDevice" }))
  /**
   * Revoke one of your devices. It gets nothing more, and removes everything that it got when it is next in contact.
   */
  .delete("/:device", command(Device.revokeOwn, { id: "revokeMyDevice" }));

/** Under an organization. */
export const organizationDevices = new Hono<Env>()
  /** List devices. Oldest first. A page may have fewer items than fit; follow `next` until it is missing. */
  .get("/", query(Organization.list, { id: "listDevices", filters: ["account", "team"] }))
  /**
   * Get a summary of device status. Counts the devices by status, platform, version, team, and revision, and what
   * they refuse. With more than 100 devices, an answer may be as old as a kept one may be: 2 seconds up to 2,000
   * devices, then a millisecond for each, and never more than a minute. An answer is never about other settings than
   * the current ones.
   */
  .get("/summary", query(summarize, { id: "getDeviceSummary" }))
  .use("/summary", noOther)
  /**
   * Export devices. Returns devices as CSV, 500 per part, with the filters of the list. All parts in order are one
   * file.
   */
  .get("/export", download(exportPart, { id: "exportDevices", filters: ["account", "team"], ...csvFile("devices") }))
  .use("/export", noOther)
  /**
   * List the receipts of a device. Newest first. A receipt is what the device has signed about the settings that it
   * got; it is kept for 90 days.
   */
  .get("/:device/receipts", query(listReceipts, { id: "listDeviceReceipts" }))
  /** Get a device. With what its receipts say. */
  .get("/:device", query(Organization.get, { id: "getDevice" }))
  /**
   * Mark a device as a canary. Each change that goes out in waves reaches a canary with the first wave, also one that
   * is under way. With `isCanary` false, it waits for its wave again.
   */
  .patch("/:device", command(mark, { id: "updateDevice", etagOf: Organization.get }))
  /** Revoke a device. It gets nothing more, and removes everything that it got when it is next in contact. */
  .delete("/:device", command(Organization.revoke, { id: "revokeDevice", etagOf: Organization.get }));

/** Under an organization. */
export const departures = new Hono<Env>()
  /**
   * List departures. Newest first: members who left with devices, and revoked devices. `open` is the number of API
   * keys that still have to be replaced.
   */
  .get("/", query(Departure.list, { id: "listDepartures" }))
  /**
   * Get a departure. As it stands now: which devices ended and which have confirmed their wipe, and which API keys
   * they fetched and whether these were replaced since.
   */
  .get("/:departure", query(Departure.get, { id: "getDeparture" }));

/** Under a member of an organization. */
export const memberDeparture = new Hono<Env>()
  /**
   * Show what would leave with a member. The number of devices of the member, and of API keys that these fetched and
   * that are still the same.
   */
  .get("/", query(Departure.preview, { id: "previewDeparture" }));
