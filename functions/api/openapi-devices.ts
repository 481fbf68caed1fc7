import { certificatesPerHour } from "@muster/core/departure/limits.ts";
import { maxReceipts } from "@muster/core/sync/limits.ts";
import type { OperationText } from "./openapi-text-shape.ts";

/** The operations of devices, by the `operationId`. */
export const deviceTexts: Record<string, OperationText> = {
  updateDevice: {
    summary: "Mark a device as a canary",
    description:
      "Each change that goes out in waves reaches a canary with the first wave, also one that is under way. With `isCanary` false, it waits for its wave again.",
  },
  revokeDevice: {
    summary: "Revoke a device",
    description: "It gets nothing more, and removes everything that it got when it is next in contact.",
  },
  listDepartures: {
    summary: "List departures",
    description:
      "Newest first: members who left with devices, and revoked devices. `open` is the number of API keys that still have to be replaced.",
  },
  getDeparture: {
    summary: "Get a departure",
    description:
      "As it stands now: which devices ended and which have confirmed their wipe, and which API keys they fetched and whether these were replaced since.",
  },
  getDepartureCertificate: {
    summary: "Get the certificate of a departure",
    description: `The departure as it stands now, signed by a key that devices know. Without a session, anybody who has the certificate can check it. At most ${certificatesPerHour} per organization and hour.`,
  },
  previewDeparture: {
    summary: "Show what would leave with a member",
    description: "How many devices the member has, and how many API keys these fetched that are still the same.",
  },
  getDocument: {
    summary: "Get the settings that a device follows",
    description:
      "Returns the settings of the device's member, signed for this device and this request, or that it has to remove everything. Send other random characters as `nonce` in each request, and refuse a document that does not have them: it may be true no longer. Send the ETag in `If-None-Match`; if nothing has changed the answer is 304. `muster-poll-seconds` says when to ask again; where `muster-wait-seconds` is not 0, a request may wait so long for a change. Of one device two may wait at a time: another one is answered at once. `muster-spread-seconds` comes with a change that many devices got at the same moment: wait at random between a fourth of it and all of it before you send receipts, and a fourth of that before you ask again.",
  },
  getSettingsList: {
    summary: "Get entries of a long list",
    description:
      "In place of its entries, a section has names of what a long list consists of. A name stands for the same entries forever.",
  },
  listSigningKeys: {
    summary: "List the keys that documents are signed with",
    description:
      "The current one first. Keep those without `exp` that you got when the device was linked. Trust another key only if one of these vouches for it. The others were replaced, and end at `exp`.",
  },
  sendReceipts: {
    summary: "Report how settings are followed",
    description: `Takes up to ${maxReceipts} receipts, each signed by the device. It may be repeated: a receipt counts once. A receipt names the document that it is about, and its revision: the device must have got it.`,
  },
};
