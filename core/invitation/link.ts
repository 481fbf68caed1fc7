import { idBody } from "../base/id/shape.ts";
import { bodyOf, type ID } from "../base/id.ts";
import { settings } from "../kernel/ports.ts";
import { signed } from "../kernel/signed.ts";

/**
 * The names in a link: the keys of all rows that a response needs, so that they are read in one round trip. `attempt`
 * counts the links of one invitation from 1; only the newest works.
 */
export type Named = {
  organization: ID<"organization">;
  address: ID<"address">;
  attempt: number;
  by: ID<"account">;
};

const prefix = "mst_inv_";
const links = signed("invitation", 16);
const shape = new RegExp(`^${prefix}(${idBody})(${idBody})(${idBody})([1-9][0-9]{0,8})\\.([A-Za-z0-9_-]{22})$`);

/** Returns the link of an invitation. It is derived when needed, so that it is stored nowhere. */
export function mint(named: Named): string {
  return `${settings().siteUrl}/invitations#${mintToken(named)}`;
}

/** Returns the token of a link. Its holder can view the invitation; accepting it requires the invited address. */
export function mintToken({ organization, address, attempt, by }: Named): string {
  const body = `${prefix}${bodyOf(organization)}${bodyOf(address)}${bodyOf(by)}${attempt}`;
  return `${body}.${links.tag(body)}`;
}

/** Returns what a token names, or nothing if it was not minted here. */
export function read(token: string): Named | undefined {
  const [, organization, address, by, attempt, tag] = shape.exec(token) ?? [];
  // threat: a made-up link opens
  // threat: a link opens in another spelling
  if (!tag || !links.opens(tag, token.slice(0, token.indexOf(".")))) return;
  return { organization: `org_${organization}`, address: `adr_${address}`, by: `acc_${by}`, attempt: Number(attempt) };
}
