import type { ID } from "../base/id.ts";

export const cipher = "aes-256-gcm";
export const keyBytes = 32;
export const ivBytes = 12;
export const tagBytes = 16;
/** The first byte of whatever is sealed. Another format gets another number. */
export const format = 1;

/**
 * The place of a sealed text: its organization, its kind, the thing, the version of it, and the data key that sealed
 * it.
 */
export type Place = {
  organization: ID<"organization">;
  kind: string;
  id: string;
  version: number;
  dataKey: ID<"dataKey">;
};

/** Returns what is authenticated with a sealed text, so that it opens in its own place only. */
export const aadOf = ({ organization, kind, id, version, dataKey }: Place): Buffer =>
  Buffer.from(
    JSON.stringify([
      "v1",
      // threat: another organization's sealed text opens
      organization,
      // threat: a key of one provider opens as one of another
      kind,
      // threat: a sealed text opens as another secret's
      id,
      // threat: a replaced version of a secret opens as the current one
      version,
      // threat: a sealed text opens under the name of another data key
      dataKey,
    ]),
  );
