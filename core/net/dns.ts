import { Resolver } from "node:dns/promises";
import type { Dns, DnsAnswer, DnsFault } from "../kernel/dns-port.ts";

/** For one question to one server, which is asked twice. */
const questionMs = 1_500;
/** For all questions about a name together. */
const timeoutMs = 5_000;
const maxRecords = 50;
/** Of all records together. */
const maxLength = 16_384;

/** Replaced by tests. */
export type Options = { servers?: readonly string[]; questionMs?: number; timeoutMs?: number };

/**
 * Asks the name servers of the machine. Whether a name is an alias is a question of its own: an answer about TXT records
 * follows aliases, also into foreign zones, and does not say so.
 */
export const resolver = (options: Options = {}): Dns => ({
  async text(name) {
    const asking = new Resolver({ timeout: options.questionMs ?? questionMs, tries: 2 });
    if (options.servers) asking.setServers(options.servers);
    const timer = setTimeout(() => asking.cancel(), options.timeoutMs ?? timeoutMs);
    try {
      const [aliases, texts] = await Promise.all([
        found(() => asking.resolveCname(name)),
        found(() => asking.resolveTxt(name)),
      ]);
      return answerOf(aliases, texts);
    } finally {
      clearTimeout(timer);
    }
  },
});

type Found<R> = { records: R[] } | { fault: DnsFault };

function answerOf(aliases: Found<string>, texts: Found<string[]>): DnsAnswer {
  // threat: whether a name is an alias does not matter when nobody says so
  if ("fault" in aliases) return aliases;
  // threat: an answer behind an alias counts as the name's own
  if (aliases.records.length > 0) return { alias: true };
  if ("fault" in texts) return texts;
  // a long value arrives in parts
  const values = texts.records.map((parts) => parts.join(""));
  const length = values.reduce((sum, value) => sum + value.length, 0);
  // threat: an answer of any size is read
  return values.length > maxRecords || length > maxLength ? { fault: "oversized" } : { values };
}

/** That there is no such name or record is an answer; that nobody answers is none. */
async function found<R>(ask: () => Promise<R[]>): Promise<Found<R>> {
  try {
    return { records: await ask() };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // threat: a failed resolver says that there is no record
    if (code === "ENOTFOUND" || code === "ENODATA") return { records: [] };
    return { fault: code === "ETIMEOUT" || code === "ECANCELLED" ? "timeout" : "failed" };
  }
}
