import { Email } from "../account/shape.ts";
import type { RowProblem } from "./problems.ts";
import { maxText, valid } from "./text.ts";

/** Invisible characters, and those that change the writing direction. */
const hidden = /[\p{Cf}\p{Default_Ignorable_Code_Point}]|(?![\t\r\n])\p{Cc}/u;
/** Letters of other alphabets that look like Latin ones, and which ones. */
const lookalikes = new Map(
  "аa бb вb гr дd еe һh іi јj кk ӏl мm нh оo рp ԛq сc тt уy ԝw хx ѕs ԁd αa βb γy ιi εe κk νv οo ρp τt υu χx ωw ηn ɑa ɡg ıi ȷj օo սu հh ոn ցg յj"
    .split(" ")
    .map(([sign = "", latin = ""]) => [sign, latin] as const),
);
/** Spreadsheets save a link to an address with its scheme. */
const link = /^mailto:([^?]*)(?:\?[^]*)?$/i;
/** The form in which Entra signs a guest in: not a mailbox. */
const guest = /#ext#@/i;
/** `Ada Lovelace <ada@example.com>` */
const named = /^([^<>]*)<([^<>]*)>$/;

const maxPlain = 60;
/** Nearly all addresses match this, and `Email` leaves them unchanged. */
const plainEmail = /^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,20}$/;

/** Returns the only address of a cell, with the name that may precede it in angle brackets. */
export function addressIn(cell: string): { email: string; name: string } | undefined {
  const lower = cell.toLowerCase();
  if (lower.length <= maxPlain && plainEmail.test(lower)) return { email: lower, name: "" };
  if (!/[@＠﹫]/.test(cell)) return undefined;
  const [, name = "", address = cell] = cell.endsWith(">") ? (named.exec(cell) ?? []) : [];
  // threat: a guest's sign-in name is invited as an address
  // threat: links to addresses are refused, or their subjects invited
  const email = guest.test(address) ? undefined : valid(Email, address.replace(link, "$1"));
  return email === undefined ? undefined : { email, name: name.replace(/^[\s"']+|[\s"']+$/g, "") };
}

/** Returns why a cell is no address. */
export function whyNoAddress(cell: string): RowProblem {
  if (cell.length > maxText) return "invalid_email";
  if (hidden.test(cell)) return "hidden_characters";
  return addressIn(latinOf(cell)) ? "lookalike_characters" : "invalid_email";
}

/**
 * Returns whether the domain of an address is international, and looks like one that is not: а, р and е are Cyrillic in
 * аррӏе.com.
 */
export function isDisguised(cell: string, email: string): boolean {
  if (!email.includes("xn--")) return false;
  const latin = addressIn(latinOf(cell))?.email;
  // threat: an imported address is that of a domain that looks like another
  return latin !== undefined && latin !== email;
}

const latinOf = (cell: string) => cell.toLowerCase().replace(/[^\0-\x7f]/gu, (sign) => lookalikes.get(sign) ?? sign);
