import { createHmac, timingSafeEqual } from "node:crypto";
import type { ID } from "../base/id.ts";
import { pepper, peppers, settings } from "../kernel/ports.ts";

/** Whose emails a link ends: the daily digest, or those that come at once from one organization. */
export type Named = { account: ID<"account">; organization?: ID<"organization"> | undefined };

const prefix = "mst_uns_";
const ulid = "[0-7][0-9A-HJKMNP-TV-Z]{25}";
const shape = new RegExp(`^${prefix}(${ulid})(${ulid})?\\.([A-Za-z0-9_-]{22})$`);

// Functions

/** Returns the token of a link. It is derived when needed, so that it is stored nowhere. */
export function mintToken({ account, organization }: Named): string {
  const body = `${prefix}${bodyOf(account)}${organization ? bodyOf(organization) : ""}`;
  return `${body}.${mac(body, pepper())}`;
}

/** Returns what a token names, or nothing if it was not minted here, or long ago. */
export function read(token: string): Named | undefined {
  const [, account, organization, tag] = shape.exec(token) ?? [];
  if (!tag) return;
  // compared as text, because several spellings of base64url decode to the same bytes
  const body = token.slice(0, token.indexOf("."));
  if (!peppers().some((key) => timingSafeEqual(Buffer.from(mac(body, key)), Buffer.from(tag)))) return;
  return { account: `acc_${account}`, ...(organization && { organization: `org_${organization}` }) };
}

/** Returns where a mailbox provider posts (RFC 8058), and the page that a person opens. */
export const urlsOf = (token: string): { post: string; page: string } => ({
  post: `${settings().siteUrl}/api/v1/unsubscribe/${token}`,
  page: `${settings().siteUrl}/unsubscribe#${token}`,
});

const bodyOf = (id: string) => id.slice(id.indexOf("_") + 1);

/** 128 bits: unguessable, and short enough for a header. */
const mac = (body: string, key: string) =>
  createHmac("sha256", key)
    .update(JSON.stringify(["unsubscribe", body]))
    .digest()
    .subarray(0, 16)
    .toString("base64url");
