import { createHmac, timingSafeEqual } from "node:crypto";
import type { ID } from "../base/id.ts";
import { pepper, peppers, settings } from "../kernel/ports.ts";

/**
 * What a link names: the keys of all rows that answering it needs, so that they come in one round trip. `attempt`
 * counts the links of one invitation from 1; only the newest opens it.
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

/** The link of an invitation. It is derived whenever it is needed, so that it rests nowhere. */
export function mint(named: Named): string {
  return `${settings().siteUrl}/invitations#${mintToken(named)}`;
}

/** The token of a link: whoever holds it may look at the invitation; to accept it takes the invited address. */
export function mintToken({ organization, address, attempt, by }: Named): string {
  const body = `${prefix}${bodyOf(organization)}${bodyOf(address)}${bodyOf(by)}${attempt}`;
  return `${body}.${mac(body, pepper())}`;
}

/** What a token names; nothing when it was not minted here. */
export function read(token: string): Named | undefined {
  const [, organization, address, by, attempt, tag] = shape.exec(token) ?? [];
  if (!tag) return;
  // compared as text: several spellings of base64url decode to the same bytes
  const body = token.slice(0, token.indexOf("."));
  if (!peppers().some((key) => timingSafeEqual(Buffer.from(mac(body, key)), Buffer.from(tag)))) return;
  return { organization: `org_${organization}`, address: `adr_${address}`, by: `acc_${by}`, attempt: Number(attempt) };
}

const bodyOf = (id: string) => id.slice(id.indexOf("_") + 1);

/** 128 bits, which nobody guesses and which keep the link short. */
const mac = (body: string, key: string) =>
  createHmac("sha256", key)
    .update(JSON.stringify(["invitation", body]))
    .digest()
    .subarray(0, 16)
    .toString("base64url");
