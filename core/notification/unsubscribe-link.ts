import { dayMs } from "../base/duration.ts";
import { idBody } from "../base/id/shape.ts";
import { bodyOf, type ID } from "../base/id.ts";
import { epoch, now, settings } from "../kernel/ports.ts";
import { signed } from "../kernel/signed.ts";
import { linkDays, undoSeconds } from "./limits.ts";
import type { Group } from "./shape.ts";

/** The emails that a link ends: the daily digest of an account, or those that come at once from one organization. */
export type Named = { account: ID<"account">; organization?: ID<"organization"> | undefined };
/** The changes of an unsubscription. */
export type Changed = { organization: ID<"organization">; groups: readonly Group[] };

const prefix = "mst_uns_";
const links = signed("unsubscribe", 16);
const undos = signed("undo", 16);
/** The last five digits are the day on which it was minted, in days since 1970. */
const shape = new RegExp(`^${prefix}(${idBody})(${idBody})?([0-9]{5})\\.([A-Za-z0-9_-]{22})$`);
const undoPrefix = "mst_und_";
const undoShape = new RegExp(`^${undoPrefix}([0-9]{10})\\.[A-Za-z0-9_-]{22}$`);

// Functions

/** Returns the token of a link, which works for `linkDays`. It is derived when needed, so that it is stored nowhere. */
export function mintToken({ account, organization }: Named): string {
  const body = `${prefix}${bodyOf(account)}${organization ? bodyOf(organization) : ""}${today()}`;
  return `${body}.${links.tag(body)}`;
}

/** Returns what a token names, or nothing if it was not minted here, or long ago. */
export function read(token: string): Named | undefined {
  const [, account, organization, day] = shape.exec(token) ?? [];
  const [body = "", tag = ""] = token.split(".");
  // threat: the link of an email works for years
  if (!day || today() - Number(day) >= linkDays) return;
  // threat: anybody ends the emails of others
  if (!links.opens(tag, body)) return;
  return { account: `acc_${account}`, ...(organization && { organization: `org_${organization}` }) };
}

/** Returns whether a text looks like the token of a link: what a mail program opens may be anything. */
export const isToken = (text: string): boolean => shape.test(text);

/** Returns the token that undoes what the token of a link has just changed, and nothing else, for `undoSeconds`. */
export function mintUndo(token: string, changed: readonly Changed[]): string {
  const body = `${undoPrefix}${epoch()}`;
  return `${body}.${undos.tag(body, ...undone(token, changed))}`;
}

/** Returns whether a token undoes that, and still works. */
export function undoes(undo: string, token: string, changed: readonly Changed[]): boolean {
  const [, at] = undoShape.exec(undo) ?? [];
  const [body = "", tag = ""] = undo.split(".");
  // threat: an unsubscription can be undone for years
  if (!at || epoch() - Number(at) >= undoSeconds) return false;
  return undos.opens(tag, body, ...undone(token, changed));
}

/** Returns where a mailbox provider posts (RFC 8058), and the page that a person opens. */
export const urlsOf = (token: string): { post: string; page: string } => ({
  post: `${settings().siteUrl}/api/v1/unsubscribe/${token}`,
  page: `${settings().siteUrl}/unsubscribe#${token}`,
});

const today = () => Math.floor(now().getTime() / dayMs);
const undone = (token: string, changed: readonly Changed[]) => [
  token,
  ...changed.map(({ organization, groups }) => [organization, ...groups]),
];
