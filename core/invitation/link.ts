import { createHmac, timingSafeEqual } from "node:crypto";
import type { ID } from "../base/id.ts";
import { pepper, peppers, settings } from "../kernel/ports.ts";

/**
 * What a link names: the keys of all rows that a response needs, so that they are read in one round trip. `attempt`
 * counts the links of one invitation from 1; only the newest works.
 */
export type Named = {
  organization: ID<"organization">;
  address: ID<"address">;
  attempt: number;
  by: ID<"account">;
};

const prefix = "mst_inv_";
const ulid = "[0-7][0-9A-HJKMNP-TV-Z]{25}";
const shape = new RegExp(`^${prefix}(${ulid})(${ulid})(${ulid})([1-9][0-9]{0,8})\\.([A-Za-z0-9_-]{22})$`);

/** Returns the link of an invitation. It is derived when needed, so that it is stored nowhere. */
export function mint(named: Named): string {
  return `${settings().siteUrl}/invitations#${mintToken(named)}`;
}

/** Returns the token of a link. Its holder can view the invitation; accepting it requires the invited address. */
export function mintToken({ organization, address, attempt, by }: Named): string {
  const body = `${prefix}${bodyOf(organization)}${bodyOf(address)}${bodyOf(by)}${attempt}`;
  return `${body}.${mac(body, pepper())}`;
}

/** Returns what a token names, or nothing if it was not minted here. */
export function read(token: string): Named | undefined {
  const [, organization, address, by, attempt, tag] = shape.exec(token) ?? [];
  if (!tag) return;
  // compared as text, because several spellings of base64url decode to the same bytes
  const body = token.slice(0, token.indexOf("."));
  // threat: a rotation of the pepper ends pending invitation links
  // threat: a made-up link opens
  // threat: a link opens in another spelling
  if (!peppers().some((key) => timingSafeEqual(Buffer.from(mac(body, key)), Buffer.from(tag)))) return;
  return { organization: `org_${organization}`, address: `adr_${address}`, by: `acc_${by}`, attempt: Number(attempt) };
}

const bodyOf = (id: string) => id.slice(id.indexOf("_") + 1);

/** 128 bits: unguessable, and short enough for a link. */
const mac = (body: string, key: string) =>
  createHmac("sha256", key)
    .update(JSON.stringify(["invitation", body]))
    .digest()
    .subarray(0, 16)
    .toString("base64url");
