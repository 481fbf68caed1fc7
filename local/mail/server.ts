import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isSignedWith, testCredentials } from "@muster/local-base/credential.ts";
import { escape } from "@muster/local-base/html.ts";
import { listen, listener, readBody, underOwnName } from "@muster/local-base/server.ts";
import { type Checked, checkMail, Refusal } from "./check.ts";
import { type MailEvent, mailEvent, type Outcome } from "./event.ts";
import { type Mail, type MailStatus, type MailStore, openMailStore } from "./store.ts";

const maxBodyBytes = 64 * 1_048_576;
const daySeconds = 86_400;
/** So many events wait to be passed on; then the next mail waits with its answer. */
const maxWaiting = 100;
/** A text that SES and every virus scanner recognize as a virus, for testing. */
const virus = ["X5O!P%@AP[4", "\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

export type MailOptions = {
  /** In memory without it. */
  folder?: string;
  /** Recipients per second, and per 24 hours. */
  rate?: { perSecond: number; perDay: number };
  /** Recipients per second, with the default per 24 hours. */
  perSecond?: number;
  /**
   * Receives what happened to a mail, in the shape that EventBridge passes to a function. Only mails with a
   * configuration set have events.
   */
  onEvent?: (event: MailEvent) => Promise<void> | void;
  region?: string;
  /** The id of the key that requests are signed with. */
  accessKeyId?: string;
  port?: number;
  /** In ms; a test sets its own clock. */
  now?: () => number;
  /** From 0 up to 1; a test seeds it. */
  random?: () => number;
};

/** Faults that a test can inject. */
export type MailFaults = {
  /** Limits the account to so many mails per second, whatever its quota says. */
  throttleAbove?: number;
  /** Refused like SES does when it is overloaded. */
  refusal?: { code: string; message: string };
  /** Chances from 0 to 1 that the mail is accepted and the answer lost. */
  lostAnswers?: number;
};

export type MailServer = {
  endpoint: string;
  store: MailStore;
  faults: (plan: MailFaults) => void;
  /** Resolves when every event so far was passed on. */
  idle: () => Promise<void>;
  stop: () => Promise<void>;
};

/** SES on loopback, for the real SES client: version 1's SendRawEmail and GetSendQuota. Nothing leaves this machine. */
export async function startMail(options: MailOptions = {}): Promise<MailServer> {
  const {
    perSecond = 50,
    rate = { perSecond, perDay: 200_000 },
    region = "eu-central-1",
    accessKeyId = testCredentials.accessKeyId,
    now = Date.now,
    random = Math.random,
  } = options;
  const store = openMailStore(options.folder);
  /** The times of sent mails, once per recipient, oldest first. */
  const sent: number[] = store
    .heads()
    .toReversed()
    .flatMap(({ at, destinations }) => destinations.map(() => Date.parse(at)));
  let events: Promise<void> = Promise.resolve();
  /** Those that are not passed on yet, oldest first. */
  const waiting = new Set<Promise<void>>();
  let plan: MailFaults = {};

  const sentWithinSecond = () => sent.length - 1 - sent.findLastIndex((at) => at <= now() - 1_000);

  /** Discards what was sent before that. */
  function sentWithinDay(): number {
    const first = sent.findIndex((at) => at > now() - daySeconds * 1_000);
    sent.splice(0, first < 0 ? sent.length : first);
    return sent.length;
  }

  function spend(recipients: number, at: number): void {
    if (plan.refusal) throw new Refusal(plan.refusal.code, plan.refusal.message);
    const perSecond = plan.throttleAbove ?? rate.perSecond;
    if (sentWithinDay() + recipients > rate.perDay) throw new Refusal("Throttling", "Daily message quota exceeded.");
    if (sentWithinSecond() + recipients > perSecond) throw new Refusal("Throttling", "Maximum sending rate exceeded.");
    sent.push(...Array.from({ length: recipients }, () => at));
  }

  async function sendRawEmail(input: URLSearchParams, at: number): Promise<string> {
    const raw = Buffer.from(input.get("RawMessage.Data") ?? "", "base64");
    const source = input.get("Source");
    const requested = { ...(source && { source }), destinations: members(input, "Destinations") };
    const checked = await checkMail(raw, requested);
    spend(checked.destinations.length, at);
    const isVirus = raw.includes(virus);
    const statuses = isVirus
      ? [{ mailStatus: "Reject" as const, recipients: checked.destinations }]
      : outcomesOf(checked.destinations);
    const mail = taken(
      checked,
      input,
      now(),
      statuses.map(({ mailStatus }) => mailStatus),
    );
    store.add(mail, raw);
    if (mail.configurationSet) {
      const accepted = { mailStatus: "Send" as const, recipients: checked.destinations };
      const outcomes = isVirus ? statuses : [accepted, ...statuses];
      for (const outcome of outcomes) publish(mailEvent(mail, outcome, { region, now: new Date(now()) }));
    }
    // threat: memory grows with the events that wait to be passed on
    while (waiting.size > maxWaiting) await waiting.values().next().value;
    return `<MessageId>${mail.id}</MessageId>`;
  }

  /** One after the other and after the answer, like real events. */
  function publish(event: MailEvent): void {
    const own = structuredClone(event); // texts of the mail keep its whole request in memory
    const passed: Promise<void> = events
      .then(() => new Promise<void>((resolve) => setImmediate(resolve)))
      .then(() => options.onEvent?.(own))
      .finally(() => waiting.delete(passed));
    waiting.add(passed);
    events = passed;
  }

  function getSendQuota(): string {
    return (
      `<Max24HourSend>${rate.perDay}</Max24HourSend><MaxSendRate>${rate.perSecond}</MaxSendRate>` +
      `<SentLast24Hours>${sentWithinDay()}</SentLast24Hours>`
    );
  }

  async function carryOut(
    request: IncomingMessage,
    body: string,
    at: number,
  ): Promise<{ action: string; result: string }> {
    if (!request.headers.authorization) {
      throw new Refusal("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
    }
    if (!isSignedWith(accessKeyId, request)) {
      throw new Refusal("InvalidClientTokenId", "The security token included in the request is invalid.", 403);
    }
    const input = new URLSearchParams(body);
    const action = input.get("Action") ?? "";
    if (action === "SendRawEmail") return { action, result: await sendRawEmail(input, at) };
    if (action === "GetSendQuota") return { action, result: getSendQuota() };
    throw new Refusal("InvalidAction", `Could not find operation ${action} for version 2010-12-01`);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, maxBodyBytes);
    const at = now(); // the time to read the mail does not count for the rate
    try {
      const { action, result } = await carryOut(request, body.toString(), at);
      if (action === "SendRawEmail" && random() < (plan.lostAnswers ?? 0)) return void request.socket.destroy();
      respond(
        response,
        200,
        `${action}Response`,
        `<${action}Result>${result}</${action}Result><ResponseMetadata>${requestId()}</ResponseMetadata>`,
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const detail = `<Type>Sender</Type><Code>${error.code}</Code><Message>${escape(error.message)}</Message>`;
      respond(response, error.status, "ErrorResponse", `<Error>${detail}</Error>${requestId()}`);
    }
  }

  const server = await listen(underOwnName(listener(answer)), options.port);
  return {
    endpoint: server.endpoint,
    store,
    faults: (next) => {
      plan = next;
    },
    idle: () => events,
    stop: async () => {
      await server.stop();
      await events;
    },
  };
}

type Happened = Outcome & { mailStatus: MailStatus };

/**
 * Returns the result of the mail at each address:
 * https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
 */
function outcomesOf(destinations: string[]): Happened[] {
  const at = (names: string[]) => destinations.filter((address) => names.includes(simulated(address)));
  const bounced = at(["bounce"]);
  const suppressed = at(["suppressionlist"]);
  const delivered = destinations.filter((address) => !bounced.includes(address) && !suppressed.includes(address));
  const outcomes: Happened[] = [
    { mailStatus: "Delivery", recipients: delivered },
    { mailStatus: "Bounce", recipients: bounced },
    { mailStatus: "Bounce", recipients: suppressed, suppressed: true },
    { mailStatus: "Complaint", recipients: at(["complaint"]) },
  ];
  return outcomes.filter(({ recipients }) => recipients.length > 0);
}

/** The simulator's name of an address, without its label: `bounce` for `bounce+1@simulator.amazonses.com`. */
function simulated(address: string): string {
  const [mailbox = "", domain] = address.toLowerCase().split("@");
  return domain === "simulator.amazonses.com" ? (mailbox.split("+")[0] ?? "") : "";
}

function taken(
  { source, destinations, from, to, email }: Checked,
  input: URLSearchParams,
  at: number,
  mailStatuses: MailStatus[],
): Mail {
  const configurationSet = input.get("ConfigurationSetName");
  return {
    id: `${at.toString(16).padStart(16, "0")}-${randomBytes(12).toString("hex")}-000000`,
    at: new Date(at).toISOString(),
    source,
    destinations,
    tags: tagsOf(input),
    ...(configurationSet && { configurationSet }),
    from,
    to,
    subject: email.subject ?? "",
    headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    text: email.text ?? "",
    ...(email.html && { html: email.html }),
    mailStatuses,
  };
}

function members(input: URLSearchParams, list: string): string[] {
  const found: string[] = [];
  for (let number = 1; input.has(`${list}.member.${number}`); number++) {
    found.push(input.get(`${list}.member.${number}`) ?? "");
  }
  return found;
}

function tagsOf(input: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let number = 1; input.has(`Tags.member.${number}.Name`); number++) {
    const name = input.get(`Tags.member.${number}.Name`) ?? "";
    const value = input.get(`Tags.member.${number}.Value`) ?? "";
    if (!/^[\w-]{1,256}$/.test(name)) throw new Refusal("InvalidParameterValue", `Invalid tag name <${name}>.`);
    if (!/^[\w.@-]{1,256}$/.test(value)) throw new Refusal("InvalidParameterValue", `Invalid tag value <${value}>.`);
    tags[name] = value;
  }
  return tags;
}

const requestId = () => `<RequestId>${randomUUID()}</RequestId>`;

function respond(response: ServerResponse, status: number, root: string, inner: string): void {
  response.writeHead(status, { "content-type": "text/xml" });
  response.end(`<${root} xmlns="http://ses.amazonaws.com/doc/2010-12-01/">${inner}</${root}>`);
}
