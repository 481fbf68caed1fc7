import { lookup as resolve } from "node:dns";
import { request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { ProviderAnswer, ProviderFault, ProviderRequest, Providers } from "../kernel/provider-port.ts";
import { isPublicAddress } from "./public-address.ts";
import { type Hash, signed } from "./sign.ts";

/** From the name's resolution to the first line of the answer. */
const timeoutMs = 8_000;
/** Of all headers of an answer together. Its body is not read. */
const maxHeaderBytes = 16_384;

/** Replaced by tests. */
export type Options = {
  lookup?: LookupFunction;
  isPublic?: (address: string) => boolean;
  timeoutMs?: number;
  ca?: string;
};

/** The name resolves to an address that is not public. */
class NotPublic extends Error {
  override name = "NotPublic";
}

/**
 * Sends requests outside, by https, to public addresses only: every address that a name resolves to is checked, and the
 * connection goes to what was checked. Redirects are not followed, and of an answer only the status is read.
 */
export const asker = (sha256: Hash, options: Options = {}): Providers => ({
  ask: async ({ signature, ...sent }) => send(signature ? await signed(sent, signature, sha256) : sent, options),
});

function send(
  { method, url, headers, body }: Omit<ProviderRequest, "signature">,
  { lookup = resolve, isPublic = isPublicAddress, ca, ...options }: Options,
): Promise<ProviderAnswer> {
  const { protocol, hostname } = new URL(url);
  // threat: a key is sent to the number of a host, which nobody resolves
  // threat: a key is sent without TLS
  if (protocol !== "https:" || isIP(hostname.replace(/^\[|\]$/g, ""))) return Promise.resolve({ fault: "address" });
  const signal = AbortSignal.timeout(options.timeoutMs ?? timeoutMs);
  const more = {
    // threat: a provider keeps a check waiting
    signal,
    agent: false,
    lookup: publicOnly(lookup, isPublic),
    maxHeaderSize: maxHeaderBytes,
    ...(ca && { ca }),
  };
  return new Promise((answer) => {
    const sending = request(url, { method, headers, ...more }, (response) => {
      answer({ status: response.statusCode ?? 0 });
      response.destroy();
    });
    sending.on("error", (error) => answer({ fault: signal.aborted ? "timeout" : faultOf(error) }));
    sending.end(body);
  });
}

/** A name that also resolves to an address inside is refused whole: which one is used would be chance. */
function publicOnly(lookup: LookupFunction, isPublic: (address: string) => boolean): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const all = Array.isArray(found) ? found : [];
      const [first] = all;
      // threat: a key is sent to an address inside
      // threat: a key is sent to a host of which one address is inside
      if (!first || !all.every(({ address }) => isPublic(address))) return done(new NotPublic(), []);
      return options.all ? done(null, all) : done(null, first.address, first.family);
    });
  };
}

function faultOf(error: Error): ProviderFault {
  if (error instanceof NotPublic) return "address";
  const code = "code" in error ? String(error.code) : "";
  if (/^(ENOTFOUND|EAI_)/.test(code)) return "name";
  return /CERT|TLS|SSL|UNABLE_TO|SELF_SIGNED|ALTNAME/.test(code) ? "certificate" : "connection";
}
