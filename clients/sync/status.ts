import type { Outcome } from "./follower.ts";
import type { Identity } from "./identity.ts";
import type { Memory } from "./memory.ts";
import { type Mode, modeNow } from "./values.ts";

export type Status = {
  server: string;
  device: string;
  account: string;
  organization: { id: string; name: string };
  mode: Mode;
  revision?: number;
  /** The revision that the document is without, because its rollout has not reached this device. */
  heldBack?: number;
  /** The hash of the document that applies. */
  document?: string;
  /** The last time that a signed answer said that this is the document, by the device's clock. */
  takenAt?: string;
  lastRequest?: { at: string; outcome: Outcome["kind"] };
  /** Receipts that the server does not have yet. */
  pendingReceipts: number;
};

/** Describes a device. */
export function statusOf(
  { server, device, account, organization }: Identity,
  memory: Memory,
  {
    now,
    pendingReceipts,
    lastRequest,
  }: { now: number; pendingReceipts: number; lastRequest?: Status["lastRequest"] | undefined },
): Status {
  const { held } = memory;
  return {
    server,
    device,
    account,
    organization,
    mode: modeNow(memory, now),
    ...(held && {
      revision: held.payload.revision,
      ...(held.payload.heldBack !== undefined && { heldBack: held.payload.heldBack }),
      document: held.payload.document,
      takenAt: new Date(held.takenAt).toISOString(),
    }),
    ...(lastRequest && { lastRequest }),
    pendingReceipts,
  };
}
