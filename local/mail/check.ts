import PostalMime, { type Address, type Email } from "postal-mime";

const maxBytes = 40 * 1_048_576;
const address =
  /^[^\s@<>,;:"]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
const onlyOnce = ["from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id"];

/** A refusal of a request by SES, with its code. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export type Checked = {
  source: string;
  destinations: string[];
  from: string;
  to: string[];
  email: Email;
};

/**
 * Checks a mail as SES does before it accepts one.
 * @throws Refusal in SES's words
 */
export async function checkMail(raw: Buffer, requested: { source?: string; destinations: string[] }): Promise<Checked> {
  if (raw.length === 0) throw invalid("Empty raw message.");
  if (raw.length > maxBytes) {
    throw new Refusal("InvalidParameterValue", "Message length is more than 41943040 bytes long.");
  }
  checkHeaders(raw);
  const email = await parse(raw);
  const from = email.from ? mailboxes([email.from]) : [];
  if (from.length === 0) throw invalid("Missing required header 'From'.");
  const to = mailboxes(email.to ?? []);
  const everybody = [...to, ...mailboxes(email.cc ?? []), ...mailboxes(email.bcc ?? [])];
  const destinations = requested.destinations.length > 0 ? requested.destinations : everybody;
  if (destinations.length === 0) throw invalid("Missing required header 'To'.");
  if (destinations.length > 50) throw invalid("Recipient count exceeds 50.");
  const source = requested.source ?? from[0] ?? "";
  for (const one of [source, ...from, ...destinations]) checkAddress(bare(one));
  return { source, destinations: destinations.map(bare), from: from[0] ?? "", to, email };
}

function checkHeaders(raw: Buffer): void {
  const head = raw.toString("latin1").split(/\r?\n\r?\n/, 1)[0] ?? "";
  const seen = new Set<string>();
  for (const line of head.split(/\r?\n/)) {
    if (/^[ \t]/.test(line) && seen.size > 0) continue;
    const name = /^([!-9;-~]+):/.exec(line)?.[1]?.toLowerCase();
    if (!name) throw invalid("Expected a header, found a line that is none.");
    if (seen.has(name) && onlyOnce.includes(name)) throw invalid(`Duplicate header '${name}'.`);
    seen.add(name);
  }
}

async function parse(raw: Buffer): Promise<Email> {
  try {
    return await PostalMime.parse(raw);
  } catch {
    throw invalid("The message cannot be parsed.");
  }
}

function checkAddress(one: string): void {
  if (!one.includes("@")) throw invalid("Missing final '@domain'");
  if (!address.test(one)) throw invalid("Illegal address");
}

/** Returns only the address of a named address. */
const bare = (one: string) => /<([^<>]*)>\s*$/.exec(one)?.[1] ?? one.trim();

const mailboxes = (addresses: Address[]): string[] =>
  addresses.flatMap((one) => (one.group ? mailboxes(one.group) : one.address ? [one.address] : []));

const invalid = (message: string) => new Refusal("InvalidParameterValue", message);
