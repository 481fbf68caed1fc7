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
  .post("/", command(authorize, { id: "requestDeviceCode", isOAuth: true }))
  .post("/review", command(Approve.review, { id: "reviewDevice" }))
  .post("/approve", command(Approve.approve, { id: "approveDevice" }))
  .post("/deny", command(Approve.deny, { id: "denyDevice" }));

export const deviceToken = new Hono<Env>().post("/", command(exchange, { id: "createDeviceToken", isOAuth: true }));

/** Those of the account. */
export const devices = new Hono<Env>()
  .get("/", query(Device.mine, { id: "listMyDevices" }))
  .patch("/:device", command(Device.rename, { id: "updateMyDevice" }))
  .delete("/:device", command(Device.revokeOwn, { id: "revokeMyDevice" }));

/** Under an organization. */
export const organizationDevices = new Hono<Env>()
  .get("/", query(Organization.list, { id: "listDevices", filters: ["account", "team"] }))
  .get("/summary", query(summarize, { id: "getDeviceSummary" }))
  .use("/summary", noOther)
  .get("/export", download(exportPart, { id: "exportDevices", filters: ["account", "team"], ...csvFile("devices") }))
  .use("/export", noOther)
  .get("/:device/receipts", query(listReceipts, { id: "listDeviceReceipts" }))
  .get("/:device", query(Organization.get, { id: "getDevice" }))
  .patch("/:device", command(mark, { id: "updateDevice", etagOf: Organization.get }))
  .delete("/:device", command(Organization.revoke, { id: "revokeDevice", etagOf: Organization.get }));

/** Under an organization. */
export const departures = new Hono<Env>()
  .get("/", query(Departure.list, { id: "listDepartures" }))
  .get("/:departure", query(Departure.get, { id: "getDeparture" }));

/** Under a member of an organization. */
export const memberDeparture = new Hono<Env>().get("/", query(Departure.preview, { id: "previewDeparture" }));
