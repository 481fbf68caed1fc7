import type { Unknown } from "../base/row.ts";
import { countOf } from "../message/distinct.ts";
import { line } from "../message/line.ts";
import type { EventMessages } from "../message/message.ts";
import { platformNames } from "./platform/shape.ts";
import type { Platform } from "./shape.ts";

export const deviceEvents: EventMessages<typeof import("./events.ts")> = {
  "device.canary_changed": {
    icon: "Bird",
    line: ({ isCanary, ...data }, actor) =>
      isCanary
        ? line`marked ${aDevice(data)}${ofMember(data, actor)} as a canary`
        : line`removed the canary mark of ${aDevice(data)}${ofMember(data, actor)}`,
    logOnly: true,
  },
  "device.linked": {
    icon: "Laptop",
    line: ({ app, ...data }) => line`linked ${aDevice(data)} with ${{ name: app }}`,
    together: { line: (all) => line`linked ${devices(all)}` },
    logOnly: true,
  },
  "device.renamed": { icon: "Pencil", line: (data) => line`renamed ${aDevice(data)}`, logOnly: true },
  "device.revoked": {
    icon: "ShieldOff",
    line: ({ reason, ...data }, actor) =>
      reason === "token_reused"
        ? line`used an old token of ${aDevice(data)}, which is revoked: someone may have copied it`
        : line`revoked ${aDevice(data)}${ofMember(data, actor)}`,
    together: {
      by: ({ reason }) => (reason === "token_reused" ? undefined : reason),
      line: (all) => line`revoked ${devices(all)}`,
    },
  },
  "device.wiped": { icon: "Trash2", line: (data) => line`has wiped ${aDevice(data)}`, logOnly: true },
};

const aDevice = ({ platform }: { platform: Platform | Unknown }) =>
  platform === "other" || platform === "unknown" ? "a device" : `a ${platformNames[platform]} device`;

const ofMember = ({ account }: { account: string }, actor: string) =>
  account === actor ? undefined : line` of ${{ actor: account }}`;

const devices = (all: readonly { device: string }[]) =>
  countOf(
    all.map(({ device }) => device),
    "device",
  );
